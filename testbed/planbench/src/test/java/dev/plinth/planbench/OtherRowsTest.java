package dev.plinth.planbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherRowsTest {
    private static final String HEADING =
            "model_billion_parameters,gpus,global_batch,micro_batch,hidden,heads,layers,sequence,tensor,data,pipeline,iteration_ms";

    @TempDir
    Path folder;

    private List<Finding> judge(String heading, String... rows) throws IOException {
        var file = folder.resolve("rows.csv");
        Files.writeString(file, heading + "\n" + String.join("\n", rows) + "\n");
        return OtherRows.findings(file);
    }

    @Test
    void a_table_gives_its_error_and_the_regret_of_each_size() throws IOException {
        var findings = judge(
                HEADING,
                "3.6,64,512,8,3072,32,30,2048,1,64,1,3566.5",
                "3.6,64,512,8,3072,32,30,2048,2,32,1,3975.2",
                "1.7,32,512,8,2304,24,24,2048,1,32,1,3500");
        assertThat(findings)
                .extracting(Finding::measure)
                .containsExactly("rows", "mape", "median_error", "regret 1.7B", "regret 3.6B");
        assertThat(findings.get(1).value()).isLessThan(0.2);
    }

    @Test
    void gpu_precision_and_recomputation_may_be_given() throws IOException {
        var heading = HEADING + ",gpu,precision,recompute";
        var full = judge(heading, "1.7,8,64,8,2304,24,24,2048,1,8,1,1000,H100,bf16,full");
        var none = judge(heading, "1.7,8,64,8,2304,24,24,2048,1,8,1,1000,H100,bf16,none");
        assertThat(none.get(1).value()).isNotEqualTo(full.get(1).value());
    }

    @Test
    void a_bad_row_is_named_with_what_is_wrong() {
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,32,30,2048,1,64,7,3566.5"))
                .hasMessage(
                        "rows.csv, line 2: pipeline 7 must divide the 30 layers, or 32 with embedding and head counted; the nearest that does is 6");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,32,30,2048,1,64,1,zero"))
                .hasMessage("rows.csv, line 2: 'iteration_ms' is 'zero'; it must be a number");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,32,30,2048,1,64,1"))
                .hasMessage("rows.csv, line 2: 11 values for 12 columns");
        assertThatThrownBy(() -> judge(HEADING, "3.6,32,512,8,3072,32,30,2048,1,64,1,3566.5"))
                .hasMessage("rows.csv, line 2: gpus must be tensor x data x pipeline = 64");
        assertThatThrownBy(() -> judge(HEADING)).hasMessage("rows.csv: no rows");
        assertThatThrownBy(() -> OtherRows.findings(folder.resolve("none.csv"))).hasMessageContaining("cannot be read");
    }

    @Test
    void an_unknown_gpu_is_answered_with_the_known_ones() {
        assertThatThrownBy(() -> judge(HEADING + ",gpu", "3.6,64,512,8,3072,32,30,2048,1,64,1,3566.5,Z9"))
                .hasMessageContaining("accelerator 'Z9' is unknown; known are A10");
    }

    @Test
    void what_does_not_divide_is_answered_with_the_nearest_that_does() {
        assertThatThrownBy(() -> judge(HEADING, "3.6,192,512,8,3072,32,30,2048,3,64,1,3566.5"))
                .hasMessage("rows.csv, line 2: tensor 3 must divide heads 32; the nearest that does is 2");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,33,30,2048,1,64,1,3566.5"))
                .hasMessage("rows.csv, line 2: heads 33 must divide hidden 3072; the nearest that does is 32");
        assertThatThrownBy(() -> judge(HEADING, "3.6,60,512,8,3072,32,30,2048,1,60,1,3566.5"))
                .hasMessage("rows.csv, line 2: data 60 must divide global_batch 512; the nearest that does is 64");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,5,3072,32,30,2048,1,64,1,3566.5"))
                .hasMessage(
                        "rows.csv, line 2: micro_batch 5 must divide the 8 samples of global_batch that each of data gets; the nearest that does is 4");
    }

    @Test
    void absurd_and_negative_numbers_are_refused() {
        assertThatThrownBy(() -> judge(HEADING, "3.6,-64,512,8,3072,32,30,2048,1,64,1,3566.5"))
                .hasMessage("rows.csv, line 2: 'gpus' is -64; it must be a whole number from 1 to 10000000");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,10000000,1,10000000,2048,1,64,1,3566.5"))
                .hasMessageStartingWith("rows.csv, line 2: the sizes of the model make 1e+22 parameters");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,32,30,2048,1,64,1,-5"))
                .hasMessage("rows.csv, line 2: 'iteration_ms' is -5; it must be a positive number");
        assertThatThrownBy(() -> judge(HEADING, "3.6,64,512,8,3072,32,30,2048,1,64,1,NaN"))
                .hasMessage("rows.csv, line 2: 'iteration_ms' is NaN; it must be a positive number");
    }

    @Test
    void a_precision_that_the_gpu_does_not_have_is_answered_with_those_it_has() {
        assertThatThrownBy(() ->
                        judge(HEADING + ",gpu,precision", "3.6,64,512,8,3072,32,30,2048,1,64,1,3566.5,A100-80,fp8"))
                .hasMessageStartingWith(
                        "rows.csv, line 2: A100-80 does not multiply in FP8; give a 'precision' of [FP32, ");
    }

    @Test
    void what_other_programs_write_is_read_and_what_is_no_table_is_told() throws IOException {
        var row = "3.6,64,512,8,3072,32,30,2048,1,64,1,3566.5";
        var plain = judge(HEADING, row);

        assertThat(judge("\uFEFF" + HEADING + ",remark\r", row + ",from a sheet\r", "\r"))
                .isEqualTo(plain);
        assertThatThrownBy(() -> judge(HEADING + ",gpus", row + ",64"))
                .hasMessageStartingWith("rows.csv, line 1: a column stands there twice");
        assertThatThrownBy(() -> judge(HEADING.replace("heads,", ""), "3.6,64,512,8,3072,30,2048,1,64,1,3566.5"))
                .hasMessage("rows.csv, line 2: column 'heads' is missing or empty");
        assertThatThrownBy(() -> OtherRows.findings(folder)).hasMessageEndingWith(" cannot be read");
        var bytes = Files.write(folder.resolve("sheet.xlsx"), new byte[] {(byte) 0xd0, (byte) 0xcf});
        assertThatThrownBy(() -> OtherRows.findings(bytes)).hasMessageEndingWith(": it is no text in UTF-8");
    }
}

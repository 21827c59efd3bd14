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
                .hasMessage("rows.csv, line 2: layers must be divisible by pipeline");
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
}

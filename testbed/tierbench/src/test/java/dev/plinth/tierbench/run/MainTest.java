package dev.plinth.tierbench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mistake in an option or a file is told in words that say where it is. */
class MainTest {
    private static final String STATE = """
            {"event":"STATE","state":"%s","levels":[{"name":"rack","bandwidth":8,"oversubscription":2},\
            {"name":"host","bandwidth":8,"oversubscription":1}],\
            "nodes":[{"name":"n0","domains":["r"],"accelerators":8,"used":0},{"name":"n1","domains":["r"],"accelerators":8,"used":0}]}
            """;

    private static final String JOB = """
            {"event":"SUBMIT","job":"a","members":2,"accelerators":8}
            """;

    @TempDir
    Path folder = Path.of("");

    private final StringWriter said = new StringWriter();
    private Path input = Path.of("");
    private Path answers = Path.of("");

    @BeforeEach
    void write() throws IOException {
        input = Files.writeString(folder.resolve("input.jsonl"), STATE.formatted("s") + JOB);
        answers = folder.resolve("answers.jsonl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--input",
                "--answers",
                "--seeds x",
                "--seeds 0",
                "--jobs -1",
                "stray",
                "--input x stray",
                "--answers x",
                "--input x --export y",
                "--export y --plot z"
            })
    void a_wrong_option_ends_with_2_and_the_usage(String options) {
        assertThat(run(options.split(" "))).isEqualTo(2);
        assertThat(said.toString()).contains("Usage: plinth-tierbench");
    }

    @Test
    void a_misspelt_option_ends_with_2_and_the_one_that_was_meant() {
        assertThat(run("--inptu", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("Unknown options: '--inptu'", "Possible solutions: --input");
    }

    @Test
    void help_is_given() {
        assertThat(run("--help")).isZero();
        assertThat(said.toString()).contains("Usage: plinth-tierbench", "--input", "--answers", "--export");
    }

    @Test
    void a_file_that_cannot_be_read_is_told_in_one_line() throws IOException {
        assertThat(refusal(folder.resolve("none"), Optional.empty())).endsWith("none: there is no such file");
        assertThat(refusal(folder, Optional.empty())).endsWith(": is a folder; name a file in it");
        assertThat(refusal(input, Optional.of(folder))).endsWith(": is a folder; name a file in it");
        assertThat(refusal(Files.writeString(folder.resolve("blank"), "\n \n"), Optional.empty()))
                .endsWith("blank: has no events; begin with a STATE");
    }

    @Test
    void bytes_that_are_no_utf_8_are_found_in_their_line() throws IOException {
        var latin = JOB.replace("\"a\"", "\"ä\"").getBytes(StandardCharsets.ISO_8859_1);
        Files.writeString(input, STATE.formatted("s") + "\n");
        Files.write(input, latin, StandardOpenOption.APPEND);

        assertThat(refusal(input, Optional.empty()))
                .endsWith("input.jsonl line 3: is not UTF-8; save the file in that encoding");
    }

    @Test
    void a_byte_order_mark_and_blank_lines_are_no_mistake() throws IOException {
        Files.writeString(input, "\uFEFF" + STATE.formatted("s") + "\n  \n" + JOB);
        Files.writeString(answers, "\uFEFF\n{\"policy\":\"p\",\"job\":\"a\",\"nodes\":[\"n0\",\"n1\"]}\n\n");

        assertThat(compare(input, Optional.of(answers))).isZero();
    }

    @Test
    void a_mistake_in_an_input_is_told_with_its_line() throws IOException {
        Files.writeString(input, STATE.formatted("s") + "\n" + JOB.replace("members", "membres"));

        assertThat(refusal(input, Optional.empty()))
                .startsWith("tierbench: ")
                .contains("input.jsonl line 3: the field membres is not known");
    }

    @Test
    void states_have_different_names() throws IOException {
        Files.writeString(input, STATE.formatted("s") + STATE.formatted("s"));

        assertThat(refusal(input, Optional.empty())).contains("line 2: there is a STATE s before");
    }

    @Test
    void a_mesh_that_members_cut_unevenly_is_refused_with_plinths_reason() throws IOException {
        var mesh = """
                {"event":"SUBMIT","job":"a","members":2,"accelerators":6,\
                "mesh":[{"name":"tp","degree":4,"traffic":"RING","bytes":1},{"name":"dp","degree":3,"traffic":"RING","bytes":1}]}""";
        for (var line : List.of(mesh, mesh.replace("}]}", "}],\"slice\":{\"size\":1,\"level\":\"rack\"}}"))) {
            Files.writeString(input, STATE.formatted("s") + line);

            assertThat(refusal(input, Optional.empty()))
                    .endsWith("line 2: job a: groups of tp are cut unevenly by members of 6 ranks;"
                            + " correct the parallel degrees of the gang");
        }
    }

    @Test
    void a_job_without_room_is_no_mistake() throws IOException {
        Files.writeString(input, STATE.formatted("s") + JOB.replace("8", "9"));

        assertThat(compare(input, Optional.empty())).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'policy':'p'",
                "{'policy':'Plinth','job':'a','nodes':[]}",
                "{'policy':'random','job':'a','nodes':[]}",
                "{'policy':'p','job':'b','nodes':[]}",
                "{'policy':'p','state':'t','job':'a','nodes':[]}",
                "{'policy':'p','job':'a','nodes':[]}\n{'policy':'p','state':'s','job':'a','nodes':[]}",
                "{'policy':'p','job':'a','nodes':[],'microseconds':NaN}"
            })
    void a_wrong_answer_file_is_told_with_its_line(String lines) throws IOException {
        Files.writeString(answers, lines.replace('\'', '"'));

        assertThat(refusal(input, Optional.of(answers))).contains("answers.jsonl line ");
    }

    @Test
    void an_answer_names_its_state_where_two_submit_the_job() throws IOException {
        Files.writeString(input, STATE.formatted("s") + JOB + STATE.formatted("t") + JOB);
        Files.writeString(answers, """
                {"policy":"p","state":"s","job":"a","nodes":["n0","n1"]}
                {"policy":"p","state":"t","job":"a","nodes":[]}
                """);

        assertThat(compare(input, Optional.of(answers))).isZero();
        assertThat(value("p: placed")).contains(0.5);

        Files.writeString(answers, "{\"policy\":\"p\",\"job\":\"a\",\"nodes\":[]}");
        assertThat(refusal(input, Optional.of(answers)))
                .endsWith(
                        "line 1: the input submits a job a in 2 states; say by the field state which one is answered");
    }

    @Test
    void a_job_without_an_answer_waits_and_leaves_figures_out() throws IOException {
        Files.writeString(input, STATE.formatted("s") + JOB + JOB.replace("\"a\"", "\"b\""));
        Files.writeString(answers, "{\"policy\":\"p\",\"job\":\"b\",\"nodes\":[]}");

        assertThat(compare(input, Optional.of(answers))).isZero();
        assertThat(value("p: placed")).contains(0.0);
        assertThat(value("p: slowdown, mean")).isEmpty();
        assertThat(value("p: decision, p50")).isEmpty();
        assertThat(value("Plinth: slowdown, mean")).contains(1.0);
    }

    private int run(String... options) {
        return Main.command()
                .setErr(new PrintWriter(said))
                .setOut(new PrintWriter(said))
                .execute(options);
    }

    private int compare(Path events, Optional<Path> decisions) {
        var options = new ArrayList<>(
                List.of("--input", events.toString(), "--output", results().toString()));
        decisions.ifPresent(file -> options.addAll(List.of("--answers", file.toString())));
        return run(options.toArray(String[]::new));
    }

    /** The one line that is said. */
    private String refusal(Path events, Optional<Path> decisions) {
        said.getBuffer().setLength(0);
        assertThat(compare(events, decisions)).isEqualTo(1);
        assertThat(said.toString().lines()).hasSize(1);
        return said.toString().strip();
    }

    private Path results() {
        return folder.resolve("results.json");
    }

    private Optional<Double> value(String measure) throws IOException {
        for (var row : new ObjectMapper().readTree(results().toFile())) {
            if (row.path("measure").asText().equals(measure)) {
                return row.path("value").isNull()
                        ? Optional.empty()
                        : Optional.of(row.path("value").doubleValue());
            }
        }
        throw new AssertionError("there is no measure " + measure);
    }
}

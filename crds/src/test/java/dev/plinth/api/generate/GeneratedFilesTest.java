package dev.plinth.api.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedFilesTest {

    static Stream<Map.Entry<Path, String>> files() {
        return Generated.files().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void what_is_checked_in_is_what_the_types_generate(Map.Entry<Path, String> file) throws IOException {
        var path = Repository.ROOT.resolve(file.getKey());

        assertThat(Files.exists(path) ? Files.readString(path) : "")
                .as("%s is stale: run make crds and commit the result", file.getKey())
                .isEqualTo(file.getValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crds/src/main/resources/META-INF/plinth", "charts/plinth-crds/templates"})
    void nothing_else_lies_beside_them(String folder) throws IOException {
        try (var files = Files.list(Repository.ROOT.resolve(folder))) {
            assertThat(files.map(Repository.ROOT::relativize))
                    .as("delete what no type generates any more")
                    .isSubsetOf(Generated.files().keySet());
        }
    }
}

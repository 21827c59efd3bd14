package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short campaign of schemathesis, which makes requests out of the description of the API, right and wrong ones, and judges the answers. */
class ApiDescriptionIT {
    /** What must hold of every answer: no failure, no status, type, header or body that is not described, nothing wrong accepted. */
    private static final String CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,"
            + "response_schema_conformance,response_headers_conformance,negative_data_rejection,unsupported_method";

    @Test
    void theServerIsAsItsDescriptionSays(@TempDir Path folder) throws Exception {
        PythonEnvironment python = PythonEnvironment.with("schemathesis", "4.32.5");
        try (TestServer server = TestServer.loaded(folder.resolve("model"), 8, 64)) {
            Path description = folder.resolve("openapi.json");
            Files.writeString(
                    description, naming("tiny", server.get("/openapi.json").body()));

            int failed = python.run(
                    folder,
                    "schemathesis",
                    List.of(
                            "run",
                            description.toString(),
                            "--url",
                            server.url(""),
                            "--checks",
                            CHECKS,
                            "--max-examples",
                            "40",
                            "--seed",
                            "1",
                            "--no-color"));

            assertThat(failed).isZero();
        }
    }

    /** Requests for other models would find none, and go no further. */
    private static String naming(String model, String description) throws Exception {
        JsonNode json = TestServer.json(description);
        for (String request : List.of("ChatRequest", "CompletionRequest", "EmbeddingRequest")) {
            ObjectNode field = (ObjectNode) json.at("/components/schemas/" + request + "/properties/model");
            field.putArray("enum").add(model);
        }
        return json.toString();
    }
}

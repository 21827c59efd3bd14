package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.engine.Torch;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.weights.SafetensorsWriter;
import dev.plinth.server.api.RequestLimits;
import dev.plinth.server.tracing.TraceSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that keeps two adapters in memory, with five in its folder. */
class AdaptersTest {
    private static final int HIDDEN = 32;
    private static final List<String> NAMES = List.of("style-0", "style-1", "style-2", "style-3", "style-4");

    @TempDir
    private Path folder;

    private Path adapters;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        TinyCheckpoint.write(folder.resolve("model"));
        adapters = Files.createDirectory(folder.resolve("adapters"));
        for (int i = 0; i < NAMES.size(); i++) {
            write(NAMES.get(i), i, HIDDEN);
        }
        server = serve();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void thoseInTheFolderAreModelsOfTheBase() throws Exception {
        JsonNode models = json(server.get("/v1/models")).path("data");

        assertThat(models.findValuesAsText("id"))
                .containsExactly("tiny", "style-0", "style-1", "style-2", "style-3", "style-4");
        assertThat(models.path(1).path("parent").asText()).isEqualTo("tiny");
        assertThat(json(server.get("/v1/models/style-3")).path("id").asText()).isEqualTo("style-3");
    }

    @Test
    void eachAnswersInItsOwnWayAloneAndWithAllOthersAtOnceThoughOnlyTwoAreInMemory() throws Exception {
        List<String> models = new ArrayList<>(NAMES);
        models.add("tiny");
        List<String> alone = new ArrayList<>();
        for (String model : models) {
            alone.add(text(server.post("/v1/completions", body(model, "once upon a time"))));
        }
        assertThat(alone).doesNotHaveDuplicates();

        List<CompletableFuture<HttpResponse<String>>> together = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            together.add(server.client.sendAsync(
                    server.request("/v1/completions", body(models.get(i % 6), "once upon a time")),
                    HttpResponse.BodyHandlers.ofString()));
        }

        for (int i = 0; i < 24; i++) {
            assertThat(text(together.get(i).join())).as(models.get(i % 6)).isEqualTo(alone.get(i % 6));
        }
        assertThat(server.get("/metrics").body())
                .contains("vllm:lora_requests_info{engine=\"0\",max_lora=\"2\",model_name=\"tiny\","
                        + "running_lora_adapters=\"\",waiting_lora_adapters=\"\"}");
    }

    @Test
    void theAnswerNamesTheAdapter() throws Exception {
        JsonNode answer = json(server.post("/v1/completions", body("style-1", "a")));

        assertThat(answer.path("model").asText()).isEqualTo("style-1");
    }

    @Test
    void whatWasReadWithOneAdapterIsNotFoundWithAnotherOrWithNone() throws Exception {
        String prompt = "a long beginning ".repeat(8);

        assertThat(cachedTokens("style-0", prompt)).isZero();
        assertThat(cachedTokens("tiny", prompt)).isZero();
        assertThat(cachedTokens("style-1", prompt)).isZero();
        assertThat(cachedTokens("style-0", prompt)).isPositive();
        assertThat(cachedTokens("tiny", prompt)).isPositive();
    }

    @Test
    void oneIsLoadedAndUnloadedAtRunTimeAndThatOutlivesARestart() throws Exception {
        write("late", 7, HIDDEN);

        HttpResponse<String> loaded = change("load", "\"lora_name\": \"fresh\", \"lora_path\": \"late\"");
        HttpResponse<String> unloaded = change("unload", "\"lora_name\": \"style-0\"");

        assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
        assertThat(loaded.body()).isEqualTo("Success: LoRA adapter 'fresh' added successfully.");
        assertThat(unloaded.body()).isEqualTo("Success: LoRA adapter 'style-0' removed successfully.");
        String before = text(server.post("/v1/completions", body("fresh", "once")));
        server.close();
        server = serve();
        assertThat(text(server.post("/v1/completions", body("fresh", "once")))).isEqualTo(before);
        assertThat(server.post("/v1/completions", body("style-0", "once")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatIsLoadedInOneReplicaIsSoonKnownToTheOthersOfTheFolder() throws Exception {
        write("late", 7, HIDDEN);
        try (TestServer other = serve()) {
            change("load", "\"lora_name\": \"fresh\", \"lora_path\": \"late\"");
            change("unload", "\"lora_name\": \"style-0\"");
            while (!json(other.get("/v1/models"))
                    .path("data")
                    .findValuesAsText("id")
                    .contains("fresh")) {
                Thread.sleep(50);
            }

            assertThat(text(other.post("/v1/completions", body("fresh", "once"))))
                    .isNotEmpty();
            assertThat(other.post("/v1/completions", body("style-0", "once")).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aNewAdapterOfAnOldNameIsNotTakenForTheOldOne() throws Exception {
        String old = text(server.post("/v1/completions", body("style-0", "once upon")));
        change("unload", "\"lora_name\": \"style-0\"");
        change("load", "\"lora_name\": \"style-0\", \"lora_path\": \"style-1\"");

        assertThat(text(server.post("/v1/completions", body("style-0", "once upon"))))
                .isNotEqualTo(old)
                .isEqualTo(text(server.post("/v1/completions", body("style-1", "once upon"))));
    }

    @Test
    void whatCannotBeLoadedIsRefusedByTheReason() throws Exception {
        write("foreign", 1, 2 * HIDDEN);
        write("cut", 1, HIDDEN);
        Files.write(adapters.resolve("cut").resolve(Adapter.WEIGHTS), new byte[100]);
        Files.createDirectory(adapters.resolve("empty"));

        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"foreign\"", 400, "was made for another base model");
        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"cut\"", 400, "cannot be used");
        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"empty\"", 404, "adapter_config.json is missing");
        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"nowhere\"", 404, "nowhere is missing");
        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"../model\"", 400, "the folder of adapters");
        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"/etc\"", 400, "the folder of adapters");
        refused("load", "\"lora_name\": \"style-1\", \"lora_path\": \"style-1\"", 400, "has already been loaded");
        refused("load", "\"lora_name\": \"tiny\", \"lora_path\": \"style-1\"", 400, "lora_name must be");
        refused("load", "\"lora_name\": \"x\"", 400, "lora_path is required");
        refused("unload", "\"lora_name\": \"x\"", 404, "cannot be found");
        assertThat(server.post("/v1/completions", body("x", "once")).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"peft_type": "LORA", "r": 0}                             | r must be from 1 to 512
        {"peft_type": "LORA"}                                     | r must be from 1 to 512
        {"peft_type": "LORA", "r": 3}                             | has shape (2, 32), but this model asks for (3, 32)
        {"peft_type": "LORA", "r": 2, "rank_pattern": {"q": 4}}   | rank_pattern is not supported
        {"peft_type": "IA3"}                                      | peft_type must be LORA, not "IA3"
        {"peft_type":                                             | Unexpected end-of-input
        []                                                        | peft_type must be LORA
        """)
    void aConfigurationThatCannotBeIsRefusedByTheReason(String config, String reason) throws Exception {
        Files.writeString(adapters.resolve("style-4").resolve(Adapter.CONFIG), config);

        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"style-4\"", 400, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        80028a0a | pickle file, which can run code
        504b0304 | pickle file, which can run code
        ffffffffffffff7f7b7d | its header does not fit
        02000000000000007b7d | the adapter changes nothing
        """)
    void weightsThatCannotBeAreRefusedByTheirContent(String content, String reason) throws Exception {
        Files.write(
                adapters.resolve("style-4").resolve(Adapter.WEIGHTS),
                HexFormat.of().parseHex(content));

        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"style-4\"", 400, reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [8, 0]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 0]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": {}, \"data_offsets\": 3}}",
                "{\"a\": 1}",
                "[1]"
            })
    void aHeaderThatCannotBeIsRefused(String header) throws Exception {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        Files.write(adapters.resolve("style-4").resolve(Adapter.WEIGHTS), file.array());

        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"style-4\"", 400, "cannot be used");
    }

    @Test
    void weightsThatAreOnlyThereAsAPickleAreNotLookedAt() throws Exception {
        Path folder = adapters.resolve("style-4");
        Files.move(folder.resolve(Adapter.WEIGHTS), folder.resolve("adapter_model.bin"));

        refused("load", "\"lora_name\": \"x\", \"lora_path\": \"style-4\"", 400, "pickle file, which can run code");
    }

    @Test
    void onlyAKeyThatIsMarkedAsAnAdministratorsMayChangeAdapters() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "admin chief\nordinary\nadmin2\n");
        write("late", 7, HIDDEN);
        try (TestServer guarded = serve(Optional.of(keys))) {
            String load = "{\"lora_name\": \"fresh\", \"lora_path\": \"late\"}";
            for (String key : List.of("ordinary", "admin2")) {
                HttpResponse<String> refused = asked(guarded, key, "load", load);
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(json(refused).at("/error/code").asText()).isEqualTo("insufficient_permissions");
            }
            assertThat(asked(guarded, "admin chief", "load", load).statusCode()).isEqualTo(401);

            assertThat(asked(guarded, "chief", "load", load).statusCode()).isEqualTo(200);
            assertThat(asked(guarded, "ordinary", "unload", load).statusCode()).isEqualTo(403);
            assertThat(asked(guarded, "chief", "unload", load).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anAdapterWhoseFilesAreGoneFailsItsOwnRequestsOnlyAndSaysWhatIsMissing() throws Exception {
        Files.delete(adapters.resolve("style-2").resolve(Adapter.WEIGHTS));

        HttpResponse<String> failed = server.post("/v1/completions", body("style-2", "once"));
        assertThat(failed.statusCode()).isEqualTo(404);
        assertThat(json(failed).at("/error/message").asText())
                .isEqualTo("The adapter `style-2` cannot be used: adapter_model.safetensors is missing.");
        assertThat(text(server.post("/v1/completions", body("style-1", "once"))))
                .isNotEmpty();
    }

    private static HttpResponse<String> asked(TestServer server, String key, String what, String body)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/v1/" + what + "_lora_adapter")))
                .header("authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return server.client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private TestServer serve() throws Exception {
        return serve(Optional.empty());
    }

    private TestServer serve(Optional<Path> keys) throws Exception {
        RequestLimits limits = new RequestLimits(4 << 20, Optional.empty());
        TestServer started =
                new TestServer(folder.resolve("model"), 8, 64, limits, keys, Optional.of(adapters), TraceSettings.NONE);
        started.server.load();
        return started;
    }

    private void refused(String what, String fields, int status, String message) throws Exception {
        HttpResponse<String> response = change(what, fields);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).at("/error/message").asText()).contains(message);
    }

    private HttpResponse<String> change(String what, String fields) throws Exception {
        return server.post("/v1/" + what + "_lora_adapter", "{" + fields + "}");
    }

    private int cachedTokens(String model, String prompt) throws Exception {
        return json(server.post("/v1/completions", body(model, prompt)))
                .at("/usage/prompt_tokens_details/cached_tokens")
                .asInt();
    }

    private static String body(String model, String prompt) {
        return "{\"model\": \"%s\", \"prompt\": \"%s\", \"max_tokens\": 30, \"temperature\": 0.8, \"seed\": 5}"
                .formatted(model, prompt);
    }

    private static String text(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response).at("/choices/0/text").asText();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return TestServer.json(response.body());
    }

    private void write(String name, int seed, int hidden) throws Exception {
        Path written = Files.createDirectory(adapters.resolve(name));
        Files.writeString(written.resolve(Adapter.CONFIG), "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}");
        Random random = new Random(seed);
        try (NDManager manager = Torch.start(1)) {
            SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
            for (int layer = 0; layer < 2; layer++) {
                for (String map : new String[] {"self_attn.q_proj", "self_attn.o_proj"}) {
                    String prefix = "base_model.model.model.layers." + layer + "." + map;
                    tensors.put(prefix + ".lora_A.weight", random(manager, random, 2, hidden));
                    tensors.put(prefix + ".lora_B.weight", random(manager, random, hidden, 2));
                }
            }
            SafetensorsWriter.write(written.resolve(Adapter.WEIGHTS), tensors);
        }
    }

    private static NDArray random(NDManager manager, Random random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return manager.create(numbers, new Shape(rows, columns));
    }
}

package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against {@code vllm-metrics.txt}: a line a metric, with its type and, for a histogram, its bounds. */
class MetricsTest {
    private static final Pattern TYPE = Pattern.compile("# TYPE (vllm:\\S+) (\\S+)");
    private static final Pattern BOUND = Pattern.compile("(vllm:\\S+)_bucket\\{.*le=\"([^\"]+)\"");

    @TempDir
    private Path folder;

    @Test
    void namesTypesAndBoundsAreThoseOfVllm() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 1, 1)) {
            server.completion("{\"model\": \"tiny\", \"prompt\": \"abc\", \"max_tokens\": 5}");
            server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"abc\", \"n\": 9}");

            assertThat(described(server.get("/metrics").body())).isEqualTo(expected());
        }
    }

    @Test
    void everyVllmSampleNamesModelAndEngine() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 1, 1)) {
            server.completion("{\"model\": \"tiny\", \"prompt\": \"abc\", \"max_tokens\": 5}");

            assertThat(server.get("/metrics").body().lines().filter(line -> line.startsWith("vllm:")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("model_name=\"tiny\"") && line.contains("engine=\"0\""));
        }
    }

    @Test
    void whatIsKeptOnDiskIsTold() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 1, 1)) {
            assertThat(server.get("/metrics").body())
                    .contains("plinth:disk_cache_blocks")
                    .contains("plinth:disk_cache_restored_tokens_total")
                    .contains("plinth:disk_cache_refused_blocks_total")
                    .contains("plinth:disk_cache_damaged_blocks_total");
        }
    }

    @Test
    void requestsAndTokensAreCounted() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 1, 1)) {
            server.completion("{\"model\": \"tiny\", \"prompt\": \"abc\", \"max_tokens\": 5}");
            server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"abc\", \"n\": 9}");

            String labels = "{engine=\"0\",model_name=\"tiny\"} ";
            assertThat(server.get("/metrics").body())
                    .contains("vllm:prompt_tokens_total" + labels + "3.0")
                    .contains("vllm:generation_tokens_total" + labels + "5.0")
                    .contains("vllm:time_to_first_token_seconds_count" + labels + "1")
                    .contains("vllm:inter_token_latency_seconds_count" + labels + "4")
                    .contains(
                            "vllm:request_success_total{engine=\"0\",finished_reason=\"length\",model_name=\"tiny\"} 1.0")
                    .contains(
                            "vllm:admission_rejections_total{engine=\"0\",model_name=\"tiny\",reason=\"queue_full\"} 1.0")
                    .contains("http_requests_total{handler=\"/v1/completions\",method=\"POST\",status=\"200\"} 1.0")
                    .contains("http_requests_total{handler=\"/v1/completions\",method=\"POST\",status=\"400\"} 1.0")
                    .contains("plinth_startup_phase_seconds{phase=\"weights\"}");
        }
    }

    @Test
    void tokensFoundInTheCacheAreCounted() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 1, 1)) {
            String body = "{\"model\": \"tiny\", \"prompt\": \"%s\", \"max_tokens\": 1}".formatted("x".repeat(100));
            server.completion(body);
            server.completion(body);

            String labels = "{engine=\"0\",model_name=\"tiny\"} ";
            assertThat(server.get("/metrics").body())
                    .contains("vllm:prefix_cache_queries_total" + labels + "201.0") // and one of the warm-up
                    .contains("vllm:prefix_cache_hits_total" + labels + "96.0")
                    .contains("vllm:num_preemptions_total" + labels + "0.0")
                    .contains("vllm:request_prefill_kv_computed_tokens_sum" + labels + "104.0");
        }
    }

    private static TreeSet<String> expected() throws Exception {
        String text = new String(
                MetricsTest.class.getResourceAsStream("/vllm-metrics.txt").readAllBytes(), StandardCharsets.UTF_8);
        return new TreeSet<>(
                text.lines().filter(line -> line.startsWith("vllm:")).toList());
    }

    private static TreeSet<String> described(String exposition) {
        TreeMap<String, String> types = new TreeMap<>();
        TreeMap<String, List<String>> bounds = new TreeMap<>();
        exposition.lines().forEach(line -> {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            }
            Matcher bound = BOUND.matcher(line);
            if (bound.lookingAt() && !bound.group(2).equals("+Inf")) {
                bounds.computeIfAbsent(bound.group(1), name -> new java.util.ArrayList<>())
                        .add(bound.group(2));
            }
        });
        TreeSet<String> described = new TreeSet<>();
        types.forEach((name, type) -> described.add(
                (name + " " + type + " " + String.join(" ", bounds.getOrDefault(name, List.of()))).strip()));
        return described;
    }
}

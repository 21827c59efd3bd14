package dev.plinth.server.metrics;

import dev.plinth.engine.Engine;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** What a served model does, under vLLM's names, labels and bounds, so that dashboards and autoscalers made for it work. */
public final class ServingMetrics {
    private static final String[] LABELS = {"model_name", "engine"};
    private static final String ENGINE = "0";

    private final PrometheusRegistry registry;
    private final String model;
    private final Engine engine;

    private final Counter promptTokens;
    private final Counter generationTokens;
    private final Counter requestSuccess;
    private final Counter rejections;
    private final DistributionDataPoint timeToFirstToken;
    private final DistributionDataPoint interTokenLatency;
    private final DistributionDataPoint timePerOutputToken;
    private final DistributionDataPoint requestTimePerOutputToken;
    private final DistributionDataPoint endToEnd;
    private final DistributionDataPoint queueTime;
    private final DistributionDataPoint inferenceTime;
    private final DistributionDataPoint prefillTime;
    private final DistributionDataPoint decodeTime;
    private final DistributionDataPoint requestPromptTokens;
    private final DistributionDataPoint requestGenerationTokens;
    private final DistributionDataPoint requestMaxGenerationTokens;
    private final DistributionDataPoint requestMaxTokens;
    private final DistributionDataPoint prefillComputedTokens;
    private final DistributionDataPoint requestN;
    private final DistributionDataPoint iterationTokens;

    public ServingMetrics(PrometheusRegistry registry, String model, Engine engine) {
        this.registry = registry;
        this.model = model;
        this.engine = engine;
        promptTokens = counter("vllm:prompt_tokens_total", "Prompt tokens read.");
        generationTokens = counter("vllm:generation_tokens_total", "Tokens generated.");
        requestSuccess = Counter.builder()
                .name("vllm:request_success_total")
                .help("Requests ended, by reason: stop, length, abort, error.")
                .labelNames("model_name", "engine", "finished_reason")
                .register(registry);
        rejections = Counter.builder()
                .name("vllm:admission_rejections_total")
                .help("Requests not accepted, by reason.")
                .labelNames("model_name", "engine", "reason")
                .register(registry);
        timeToFirstToken =
                histogram("vllm:time_to_first_token_seconds", "Arrival to first token.", Buckets.TIME_TO_FIRST_TOKEN);
        interTokenLatency =
                histogram("vllm:inter_token_latency_seconds", "Token to token.", Buckets.TIME_BETWEEN_TOKENS);
        timePerOutputToken = histogram(
                "vllm:time_per_output_token_seconds", "Token to token; the old name.", Buckets.TIME_BETWEEN_TOKENS);
        requestTimePerOutputToken = histogram(
                "vllm:request_time_per_output_token_seconds",
                "Mean time from token to token in a request.",
                Buckets.TIME_BETWEEN_TOKENS);
        endToEnd = histogram("vllm:e2e_request_latency_seconds", "Arrival to last token.", Buckets.REQUEST_TIME);
        queueTime = histogram("vllm:request_queue_time_seconds", "Queued to scheduled.", Buckets.REQUEST_TIME);
        inferenceTime = histogram("vllm:request_inference_time_seconds", "Scheduled to last.", Buckets.REQUEST_TIME);
        prefillTime = histogram("vllm:request_prefill_time_seconds", "Scheduled to first.", Buckets.REQUEST_TIME);
        decodeTime = histogram("vllm:request_decode_time_seconds", "First to last token.", Buckets.REQUEST_TIME);
        double[] lengths = Buckets.decades(engine.maxSequenceLength());
        requestPromptTokens = histogram("vllm:request_prompt_tokens", "Prompt tokens a request.", lengths);
        requestGenerationTokens = histogram("vllm:request_generation_tokens", "Tokens generated a request.", lengths);
        requestMaxGenerationTokens =
                histogram("vllm:request_max_num_generation_tokens", "Longest choice of a request, in tokens.", lengths);
        requestMaxTokens = histogram("vllm:request_params_max_tokens", "max_tokens asked for.", lengths);
        prefillComputedTokens = histogram(
                "vllm:request_prefill_kv_computed_tokens", "Prompt tokens computed, not found in a cache.", lengths);
        requestN = histogram("vllm:request_params_n", "Choices asked for.", Buckets.CHOICES);
        iterationTokens =
                histogram("vllm:iteration_tokens_total", "Tokens computed in a step.", Buckets.ITERATION_TOKENS);
    }

    /** Reads the load at every scrape. */
    public void watch(Generator generator) {
        gauge("vllm:num_requests_running", "Requests that are computed side by side.", generator::running);
        gauge("vllm:num_requests_waiting", "Requests in the queue.", generator::waiting);
        gauge("vllm:kv_cache_usage_perc", "Share of the key-value pool in use, 0 to 1.", generator::cacheUsage);
        gauge("vllm:gpu_cache_usage_perc", "The old name of vllm:kv_cache_usage_perc.", generator::cacheUsage);
        count("vllm:num_preemptions_total", "Requests whose keys and values were given up.", generator::preemptions);
        count("vllm:prefix_cache_queries_total", "Prompt tokens looked up.", generator::prefixQueries);
        count("vllm:prefix_cache_hits_total", "Prompt tokens found, not computed.", generator::prefixHits);
        Engine.KvPool pool = engine.pool();
        GaugeWithCallback.builder()
                .name("vllm:cache_config_info")
                .help("How keys and values are kept.")
                .labelNames("model_name", "engine", "block_size", "num_gpu_blocks", "cache_dtype")
                .callback(callback -> callback.call(
                        1,
                        model,
                        ENGINE,
                        Integer.toString(pool.blockTokens()),
                        Integer.toString(pool.blocks()),
                        "float32"))
                .register(registry);
    }

    /** Counts a request when it is accepted. */
    public void accepted(int choicesAPrompt, int maxTokens) {
        requestN.observe(choicesAPrompt);
        requestMaxTokens.observe(maxTokens);
    }

    /** Counts a request that found the queue full. */
    public void rejected(String reason) {
        rejections.labelValues(model, ENGINE, reason).inc();
    }

    public void step(int tokens) {
        iterationTokens.observe(tokens);
    }

    /**
     * Measures one choice.
     *
     * @param arrived when its request came in, on the clock of {@link System#nanoTime}
     */
    public Consumer<GenerationEvent> measure(GenerationRequest request, long arrived) {
        return new Measured(request, arrived);
    }

    private final class Measured implements Consumer<GenerationEvent> {
        private final GenerationRequest request;
        private final long arrived;
        private long lastToken;

        Measured(GenerationRequest request, long arrived) {
            this.request = request;
            this.arrived = arrived;
        }

        @Override
        public void accept(GenerationEvent event) {
            switch (event) {
                case GenerationEvent.Token token -> token();
                case GenerationEvent.Finished finished -> finished(finished);
                case GenerationEvent.Failed failed ->
                    requestSuccess.labelValues(model, ENGINE, "error").inc();
            }
        }

        private void token() {
            long now = System.nanoTime();
            if (lastToken == 0) {
                timeToFirstToken.observe(seconds(arrived, now));
                promptTokens.labelValues(model, ENGINE).inc(request.prompt().size());
            } else {
                interTokenLatency.observe(seconds(lastToken, now));
                timePerOutputToken.observe(seconds(lastToken, now));
            }
            lastToken = now;
            generationTokens.labelValues(model, ENGINE).inc();
        }

        private void finished(GenerationEvent.Finished finished) {
            String reason = finished.reason().name().toLowerCase(Locale.ROOT);
            requestSuccess.labelValues(model, ENGINE, reason).inc();
            GenerationEvent.Timing timing = finished.timing();
            endToEnd.observe(seconds(arrived, timing.finished()));
            queueTime.observe(seconds(timing.arrived(), timing.scheduled()));
            inferenceTime.observe(seconds(timing.scheduled(), timing.finished()));
            prefillTime.observe(seconds(timing.scheduled(), timing.firstToken()));
            decodeTime.observe(seconds(timing.firstToken(), timing.finished()));
            requestPromptTokens.observe(request.prompt().size());
            prefillComputedTokens.observe(request.prompt().size() - finished.cachedTokens());
            requestGenerationTokens.observe(finished.tokens());
            requestMaxGenerationTokens.observe(finished.tokens());
            if (finished.tokens() > 1) {
                requestTimePerOutputToken.observe(
                        seconds(timing.firstToken(), timing.finished()) / (finished.tokens() - 1));
            }
        }

        private static double seconds(long from, long to) {
            return (to - from) / 1e9;
        }
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name(name).help(help).labelNames(LABELS).register(registry);
    }

    private void count(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> callback.call(value.getAsDouble(), model, ENGINE))
                .register(registry);
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> callback.call(value.getAsDouble(), model, ENGINE))
                .register(registry);
    }

    private DistributionDataPoint histogram(String name, String help, double[] bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry)
                .labelValues(model, ENGINE);
    }
}

package dev.plinth.server.metrics;

import dev.plinth.engine.Engine;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.storage.BlockFile;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What a served model does, under vLLM's names, labels and bounds, so that dashboards and autoscalers made for it work. */
public final class ServingMetrics {
    private final VllmMeters meters;
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
        this.meters = new VllmMeters(registry, model);
        this.model = model;
        this.engine = engine;
        promptTokens = meters.counter("vllm:prompt_tokens_total", "Prompt tokens read.");
        generationTokens = meters.counter("vllm:generation_tokens_total", "Tokens generated.");
        requestSuccess = meters.counter(
                "vllm:request_success_total",
                "Requests ended, by reason: stop, length, abort, error.",
                "finished_reason");
        rejections = meters.counter("vllm:admission_rejections_total", "Requests not accepted, by reason.", "reason");
        timeToFirstToken = meters.histogram(
                "vllm:time_to_first_token_seconds", "Arrival to first token.", Buckets.TIME_TO_FIRST_TOKEN);
        interTokenLatency =
                meters.histogram("vllm:inter_token_latency_seconds", "Token to token.", Buckets.TIME_BETWEEN_TOKENS);
        timePerOutputToken = meters.histogram(
                "vllm:time_per_output_token_seconds", "Token to token; the old name.", Buckets.TIME_BETWEEN_TOKENS);
        requestTimePerOutputToken = meters.histogram(
                "vllm:request_time_per_output_token_seconds",
                "Mean time from token to token in a request.",
                Buckets.TIME_BETWEEN_TOKENS);
        endToEnd = meters.histogram("vllm:e2e_request_latency_seconds", "Arrival to last token.", Buckets.REQUEST_TIME);
        queueTime = meters.histogram("vllm:request_queue_time_seconds", "Queued to scheduled.", Buckets.REQUEST_TIME);
        inferenceTime =
                meters.histogram("vllm:request_inference_time_seconds", "Scheduled to last.", Buckets.REQUEST_TIME);
        prefillTime =
                meters.histogram("vllm:request_prefill_time_seconds", "Scheduled to first.", Buckets.REQUEST_TIME);
        decodeTime = meters.histogram("vllm:request_decode_time_seconds", "First to last token.", Buckets.REQUEST_TIME);
        double[] lengths = Buckets.decades(engine.maxSequenceLength());
        requestPromptTokens = meters.histogram("vllm:request_prompt_tokens", "Prompt tokens a request.", lengths);
        requestGenerationTokens =
                meters.histogram("vllm:request_generation_tokens", "Tokens generated a request.", lengths);
        requestMaxGenerationTokens = meters.histogram(
                "vllm:request_max_num_generation_tokens", "Longest choice of a request, in tokens.", lengths);
        requestMaxTokens = meters.histogram("vllm:request_params_max_tokens", "max_tokens asked for.", lengths);
        prefillComputedTokens = meters.histogram(
                "vllm:request_prefill_kv_computed_tokens", "Prompt tokens computed, not found in a cache.", lengths);
        requestN = meters.histogram("vllm:request_params_n", "Choices asked for.", Buckets.CHOICES);
        iterationTokens =
                meters.histogram("vllm:iteration_tokens_total", "Tokens computed in a step.", Buckets.ITERATION_TOKENS);
    }

    /** Reads at every scrape what is kept beside the pool. */
    public void watch(Generator generator, BlockFile disk) {
        meters.count(
                "plinth:disk_cache_restored_tokens_total",
                "Prompt tokens fetched back from disk, not computed.",
                generator::restoredTokens);
        meters.gauge(
                "plinth:disk_cache_blocks",
                "Blocks of keys and values on disk.",
                () -> disk.counts().kept());
        meters.count(
                "plinth:disk_cache_refused_blocks_total",
                "Blocks not kept, since the disk did not keep up or failed.",
                () -> disk.counts().refused());
        meters.count(
                "plinth:disk_cache_damaged_blocks_total",
                "Blocks that could not be read as they were written, and were computed again.",
                () -> disk.counts().damaged());
    }

    /**
     * Reads the load at every scrape.
     *
     * @param adaptersInMemory most adapters that are computed with at a time
     */
    public void watch(Generator generator, int adaptersInMemory) {
        meters.gauge("vllm:num_requests_running", "Requests that are computed side by side.", generator::running);
        meters.gauge("vllm:num_requests_waiting", "Requests in the queue.", generator::waiting);
        meters.gauge("vllm:kv_cache_usage_perc", "Share of the key-value pool in use, 0 to 1.", generator::cacheUsage);
        meters.gauge("vllm:gpu_cache_usage_perc", "The old name of vllm:kv_cache_usage_perc.", generator::cacheUsage);
        meters.count(
                "vllm:num_preemptions_total", "Requests whose keys and values were given up.", generator::preemptions);
        meters.count("vllm:prefix_cache_queries_total", "Prompt tokens looked up.", generator::prefixQueries);
        meters.count("vllm:prefix_cache_hits_total", "Prompt tokens found, not computed.", generator::prefixHits);
        meters.count(
                "vllm:spec_decode_num_drafts_total",
                "Times that a request's next tokens were guessed.",
                () -> generator.speculated().drafts());
        meters.count(
                "vllm:spec_decode_num_draft_tokens_total",
                "Tokens guessed.",
                () -> generator.speculated().guesses());
        meters.count(
                "vllm:spec_decode_num_accepted_tokens_total",
                "Tokens guessed right.",
                () -> generator.speculated().allRight());
        CounterWithCallback.builder()
                .name("vllm:spec_decode_num_accepted_tokens_per_pos_total")
                .help("Tokens guessed right, by their place in the draft, from 0.")
                .labelNames("model_name", "engine", "position")
                .callback(callback -> {
                    List<Long> right = generator.speculated().right();
                    for (int place = 0; place < right.size(); place++) {
                        callback.call(right.get(place), model, VllmMeters.ENGINE, Integer.toString(place));
                    }
                })
                .register(meters.registry());
        GaugeWithCallback.builder()
                .name("vllm:lora_requests_info")
                .help(
                        "Adapters of requests that are computed and that wait; the value is the time in seconds since 1970.")
                .labelNames("model_name", "engine", "max_lora", "running_lora_adapters", "waiting_lora_adapters")
                .callback(callback -> {
                    Generator.AdaptersInUse inUse = generator.adaptersInUse();
                    callback.call(
                            System.currentTimeMillis() / 1000.0,
                            model,
                            VllmMeters.ENGINE,
                            Integer.toString(adaptersInMemory),
                            String.join(",", inUse.running()),
                            String.join(",", inUse.waiting()));
                })
                .register(meters.registry());
        Engine.KvPool pool = engine.pool();
        GaugeWithCallback.builder()
                .name("vllm:cache_config_info")
                .help("How keys and values are kept.")
                .labelNames("model_name", "engine", "block_size", "num_gpu_blocks", "cache_dtype")
                .callback(callback -> callback.call(
                        1,
                        model,
                        VllmMeters.ENGINE,
                        Integer.toString(pool.blockTokens()),
                        Integer.toString(pool.blocks()),
                        "float32"))
                .register(meters.registry());
    }

    /** Counts a request when it is accepted. */
    public void accepted(int choicesAPrompt, int maxTokens) {
        requestN.observe(choicesAPrompt);
        requestMaxTokens.observe(maxTokens);
    }

    /** Counts a request that found the queue full. */
    public void rejected(String reason) {
        rejections.labelValues(model, VllmMeters.ENGINE, reason).inc();
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
                    requestSuccess
                            .labelValues(model, VllmMeters.ENGINE, "error")
                            .inc();
            }
        }

        private void token() {
            long now = System.nanoTime();
            if (lastToken == 0) {
                timeToFirstToken.observe(seconds(arrived, now));
                promptTokens
                        .labelValues(model, VllmMeters.ENGINE)
                        .inc(request.prompt().size());
            } else {
                interTokenLatency.observe(seconds(lastToken, now));
                timePerOutputToken.observe(seconds(lastToken, now));
            }
            lastToken = now;
            generationTokens.labelValues(model, VllmMeters.ENGINE).inc();
        }

        private void finished(GenerationEvent.Finished finished) {
            String reason = finished.reason().name().toLowerCase(Locale.ROOT);
            requestSuccess.labelValues(model, VllmMeters.ENGINE, reason).inc();
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
}

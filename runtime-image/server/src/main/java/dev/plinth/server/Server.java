package dev.plinth.server;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.ModelLoader;
import dev.plinth.engine.encoder.Embedder;
import dev.plinth.engine.encoder.EncoderConfig;
import dev.plinth.engine.encoder.TextEncoder;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.generation.QueueFullException;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.generation.TokenChoice;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.storage.BlockFile;
import dev.plinth.server.api.AdapterRegistry;
import dev.plinth.server.api.Availability;
import dev.plinth.server.api.EmbeddingModel;
import dev.plinth.server.api.GeneratingModel;
import dev.plinth.server.metrics.EmbeddingMetrics;
import dev.plinth.server.metrics.ServingMetrics;
import dev.plinth.server.metrics.StartMetrics;
import dev.plinth.server.tracing.Tracing;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A model behind an HTTP port: opens the port, loads the model, serves, drains. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Server.class.getName());

    private final ServerConfig config;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Availability availability = new Availability();
    private final Tracing tracing;
    private final HttpFront front;
    private Optional<Computing> computing = Optional.empty();

    /** The thread that computes the model, to be ended. */
    @FunctionalInterface
    private interface Computing {
        void close() throws InterruptedException;
    }

    /** Opens the port; from now on probes are answered, and requests refused until {@link #load}. */
    public Server(ServerConfig config) {
        this.config = config;
        ModelLoader.begin(config.modelPath());
        this.tracing = Tracing.of(config.traces(), config.servedModelName());
        this.front = new HttpFront(config, availability, tracing, registry);
        LOG.log(Level.INFO, "listening on port {0}", Integer.toString(front.port()));
    }

    /** The port that is listened on. */
    public int port() {
        return front.port();
    }

    /**
     * Loads the model, computes a first token, and serves.
     *
     * @throws IOException if the model cannot be read; the message says why
     * @throws IllegalArgumentException if the model is of a kind that is not supported
     */
    public synchronized void load() throws IOException {
        StartMetrics phases = new StartMetrics(registry);
        if (EncoderConfig.describes(config.modelPath())) {
            availability.serve(embeddingModel(phases));
        } else {
            availability.serve(generatingModel(phases));
        }
        LOG.log(
                Level.INFO,
                "serving {0}: weights {1} s, warm-up {2} s",
                config.servedModelName(),
                phases.seconds("weights"),
                phases.seconds("warm_up"));
    }

    private GeneratingModel generatingModel(StartMetrics phases) throws IOException {
        LanguageModel model = phases.time(
                "weights",
                () -> new ModelLoader(new ModelLoader.Settings(
                                config.threads(),
                                config.maxSequenceLength(),
                                config.precision(),
                                config.cacheTokens(),
                                config.runningRequests(),
                                config.device()))
                        .load(config.modelPath()));
        tellOfShorterTexts(model.engine().maxSequenceLength());
        ServingMetrics metrics = new ServingMetrics(registry, config.servedModelName(), model.engine());
        Limits limits = Limits.of(config.runningRequests(), config.waitingRequests())
                .withSlowdown(1 + config.promptDelayPercent() / 100.0);
        Optional<BlockFile> disk = disk(model.engine().pool());
        Generator started = new Generator(
                model,
                config.speculation() ? limits : limits.withoutSpeculation(),
                config.adaptersInMemory(),
                disk,
                metrics::step);
        computing = Optional.of(started::close);
        metrics.watch(started, config.adaptersInMemory());
        disk.ifPresent(file -> metrics.watch(started, file));
        AdapterRegistry adapters = new AdapterRegistry(config.adapters(), config.servedModelName(), model.engine());
        phases.time("warm_up", () -> warmUp(started));
        return new GeneratingModel(config.servedModelName(), started, adapters, metrics);
    }

    private void tellOfShorterTexts(int longest) {
        if (config.maxSequenceLength() != Integer.MAX_VALUE && config.maxSequenceLength() > longest) {
            LOG.log(
                    Level.WARNING,
                    "texts are at most {0} tokens, as the model takes no longer ones, not {1} (PLINTH_MAX_SEQUENCE_LENGTH)",
                    Integer.toString(longest),
                    Integer.toString(config.maxSequenceLength()));
        }
    }

    private Optional<BlockFile> disk(Engine.KvPool pool) throws IOException {
        if (config.diskCacheTokens() == 0) {
            return Optional.empty();
        }
        long blocks = Math.ceilDiv(config.diskCacheTokens(), pool.blockTokens());
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return Optional.of(BlockFile.in(folder, blocks * BlockFile.placeBytes(pool.blockBytes()), pool.blockBytes()));
    }

    private EmbeddingModel embeddingModel(StartMetrics phases) throws IOException {
        TextEncoder encoder = phases.time(
                "weights",
                () -> TextEncoder.load(config.modelPath(), config.threads().orElse(1)));
        Embedder embedder = new Embedder(encoder, config.waitingRequests());
        computing = Optional.of(embedder::close);
        EmbeddingMetrics metrics = new EmbeddingMetrics(registry, config.servedModelName(), embedder);
        phases.time("warm_up", () -> warmUp(embedder));
        return new EmbeddingModel(config.servedModelName(), Instant.now(), embedder, metrics);
    }

    private static List<float[]> warmUp(Embedder embedder) {
        try {
            return embedder.submit(List.of(List.of(0))).join();
        } catch (QueueFullException e) {
            throw new IllegalStateException("an idle encoder has a full queue", e);
        }
    }

    /** Takes no new requests and lets those in flight finish; false if some were still left after {@code grace}. */
    public boolean drain(Duration grace) throws InterruptedException {
        LOG.log(Level.INFO, "draining: {0} requests in flight", Integer.toString(availability.inFlight()));
        boolean drained = availability.drain(grace);
        tracing.close();
        LOG.log(Level.INFO, "drained: {0} requests left", Integer.toString(availability.inFlight()));
        return drained;
    }

    /** Fails what is still in flight and frees everything. */
    @Override
    public synchronized void close() throws InterruptedException {
        if (computing.isPresent()) {
            computing.get().close();
        }
        front.close();
        tracing.close();
    }

    /** The first steps of a fresh process are slow; no client should wait for them. */
    private static Void warmUp(Generator generator) throws IOException {
        var request = new GenerationRequest(List.of(0), 4, Sampling.greedy(), List.of(), 0, true, Claim.NONE);
        CompletableFuture<GenerationEvent> end = new CompletableFuture<>();
        try {
            generator.submit(List.of(new Generator.Submission(request, event -> {
                switch (event) {
                    case GenerationEvent.Token(String text, TokenChoice choice)
                    when Double.isFinite(choice.logprob()) -> {}
                    case GenerationEvent.Token token ->
                        end.complete(new GenerationEvent.Failed(
                                new IllegalArgumentException("its scores are no numbers, so its weights are damaged")));
                    default -> end.complete(event);
                }
            })));
        } catch (QueueFullException e) {
            throw new IllegalStateException("an idle engine has a full queue", e);
        }
        if (end.join() instanceof GenerationEvent.Failed failed) {
            throw new IOException(
                    "the model cannot compute a first token: " + failed.cause().getMessage(), failed.cause());
        }
        return null;
    }
}

package dev.plinth.bench;

import dev.plinth.engine.Device;
import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.ModelLoader;
import dev.plinth.engine.Precision;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.scheduling.SpeculationCount;
import dev.plinth.engine.storage.BlockFile;
import dev.plinth.engine.tokens.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** Our engine behind its generator, as the server runs it. */
final class PlinthSide implements Side {
    private final String name;
    private final Tokenizer tokenizer;
    private final Generator generator;
    private final Sampling sampling;
    private final LongAdder inEngine = new LongAdder();

    /** Without guesses, which peers do not make either. */
    PlinthSide(Path gguf, Precision precision, int threads, int requests, int contextTokens) throws Exception {
        this(
                gguf,
                precision,
                threads,
                contextTokens,
                Limits.of(requests, requests).withoutSpeculation(),
                Sampling.greedy(),
                0);
    }

    /** On another device. */
    PlinthSide(Path gguf, Precision precision, Device device, Limits limits, int contextTokens) throws Exception {
        this(gguf, precision, device, 1, contextTokens, limits, Sampling.greedy(), 0);
    }

    /** @param fileBytes of keys and values that are kept beside a pool of two contexts; 0 = none are */
    PlinthSide(
            Path gguf,
            Precision precision,
            int threads,
            int contextTokens,
            Limits limits,
            Sampling sampling,
            long fileBytes)
            throws Exception {
        this(gguf, precision, Device.CPU, threads, contextTokens, limits, sampling, fileBytes);
    }

    private PlinthSide(
            Path gguf,
            Precision precision,
            Device device,
            int threads,
            int contextTokens,
            Limits limits,
            Sampling sampling,
            long fileBytes)
            throws Exception {
        this.sampling = sampling;
        this.name = "Plinth " + precision.name().toLowerCase(java.util.Locale.ROOT);
        LanguageModel loaded = new ModelLoader(new ModelLoader.Settings(
                        OptionalInt.of(threads),
                        contextTokens,
                        Optional.of(precision),
                        OptionalInt.of(2 * limits.running() * contextTokens),
                        limits.running(),
                        Optional.of(device)))
                .load(gguf);
        this.tokenizer = loaded.tokenizer();
        LanguageModel timed = new LanguageModel(
                new TimedEngine(loaded.engine()),
                loaded.tokenizer(),
                loaded.endTokens(),
                loaded.chatTemplate(),
                loaded.beginText(),
                loaded.endText());
        Optional<BlockFile> file = fileBytes == 0
                ? Optional.empty()
                : Optional.of(BlockFile.in(
                        Files.createTempDirectory("blocks"),
                        fileBytes,
                        timed.engine().pool().blockBytes()));
        this.generator = new Generator(timed, limits, 8, file, tokens -> {});
    }

    @Override
    public String name() {
        return name;
    }

    /** Seconds spent in the engine's steps so far. */
    double secondsInEngine() {
        return inEngine.sum() / 1e9;
    }

    long restoredTokens() {
        return generator.restoredTokens();
    }

    SpeculationCount speculated() {
        return generator.speculated();
    }

    CompletableFuture<Times> send(String prompt, int tokens) throws Exception {
        return send(prompt, tokens, Optional.empty());
    }

    CompletableFuture<Times> send(String prompt, int tokens, Optional<Adapter> adapter) throws Exception {
        List<Integer> ids = Arrays.stream(tokenizer.encode(prompt)).boxed().toList();
        var request = new GenerationRequest(
                ids, tokens, sampling, List.of(), -1, true, Claim.NONE, Optional.empty(), adapter);
        long sent = System.nanoTime();
        List<Long> moments = new CopyOnWriteArrayList<>();
        CompletableFuture<Times> answer = new CompletableFuture<>();
        generator.submit(List.of(new Generator.Submission(request, event -> {
            switch (event) {
                case GenerationEvent.Token token -> moments.add(System.nanoTime());
                case GenerationEvent.Finished finished -> answer.complete(new Times(sent, moments));
                case GenerationEvent.Failed failed -> answer.completeExceptionally(failed.cause());
            }
        })));
        return answer;
    }

    @Override
    public List<Times> run(List<String> prompts, int tokens) throws Exception {
        List<CompletableFuture<Times>> answers = new ArrayList<>();
        for (String prompt : prompts) {
            answers.add(send(prompt, tokens));
        }
        List<Times> times = new ArrayList<>();
        for (CompletableFuture<Times> answer : answers) {
            times.add(answer.get());
        }
        return times;
    }

    @Override
    public void close() throws Exception {
        generator.close();
    }

    private final class TimedEngine implements Engine {
        private final Engine engine;

        TimedEngine(Engine engine) {
            this.engine = engine;
        }

        @Override
        public int vocabularySize() {
            return engine.vocabularySize();
        }

        @Override
        public int maxSequenceLength() {
            return engine.maxSequenceLength();
        }

        @Override
        public KvPool pool() {
            return engine.pool();
        }

        @Override
        public List<Scores> step(List<Copy> copies, List<Row> rows) {
            long start = System.nanoTime();
            List<Scores> scores = engine.step(copies, rows);
            inEngine.add(System.nanoTime() - start);
            return scores;
        }

        @Override
        public byte[] read(int block) {
            return engine.read(block);
        }

        @Override
        public void write(int block, byte[] content) {
            engine.write(block, content);
        }

        @Override
        public PreparedAdapter prepareAdapter(Adapter adapter) throws IOException, InterruptedException {
            return engine.prepareAdapter(adapter);
        }

        @Override
        public void putAdapter(int number, PreparedAdapter adapter) {
            engine.putAdapter(number, adapter);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}

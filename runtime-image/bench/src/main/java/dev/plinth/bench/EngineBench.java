package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import dev.plinth.engine.tokens.GgufTokenizer;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.engine.weights.Gguf;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code make bench-engine}: our engine, llama.cpp and float32 through the same libtorch, on the same weights, text and threads, in
 * one process one after the other. Arguments: the model's GGUF file, the result file, then the parts to run (all by default).
 */
public final class EngineBench {
    private static final List<String> PARTS = List.of("quality", "decode", "prefill", "threads", "serving", "start");

    private final Path q4;
    private final Path q8;
    private final Text text;
    private final Figures figures = new Figures();

    private EngineBench(Path model) throws Exception {
        q4 = model;
        q8 = Path.of(model.toString().replace(".Q4_1", ".Q8_0"));
        if (!Files.exists(q8)) {
            Q8Gguf.write(q4, q8);
        }
        try (Gguf gguf = Gguf.open(q4);
                InputStream plays = EngineBench.class.getResourceAsStream("/dev/plinth/trainer/data/shakespeare.txt")) {
            if (plays == null) {
                throw new IllegalStateException("the trainer brings no text");
            }
            text = new Text(
                    GgufTokenizer.of(gguf.metadata()), new String(plays.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @SuppressWarnings("SystemExit")
    public static void main(String[] arguments) throws Exception {
        EngineBench bench = new EngineBench(Path.of(arguments[0]));
        List<String> asked = arguments.length > 2 ? Arrays.asList(arguments).subList(2, arguments.length) : PARTS;
        Set<String> parts = Set.copyOf(asked);
        if (parts.contains("quality")) {
            new Quality(bench.q4, bench.text, bench.figures).measure();
        }
        if (parts.contains("decode")) {
            bench.decode();
        }
        if (parts.contains("prefill")) {
            bench.prefill();
        }
        if (parts.contains("threads")) {
            bench.threads();
        }
        if (parts.contains("serving")) {
            new Serving(bench.q4, bench.text, bench.figures).measure();
        }
        if (parts.contains("start")) {
            bench.start();
        }
        bench.figures.write(Path.of(arguments[1]));
        System.exit(0); // llama.cpp leaves threads behind
    }

    private void decode() throws Exception {
        record Load(int batch, int context, double goal) {}
        for (Load load :
                List.of(new Load(1, 128, 1), new Load(8, 128, 1.5), new Load(32, 128, 1.5), new Load(8, 1024, 1.5))) {
            int room = load.context + 160;
            String label = "decode, batch %d, context %d".formatted(load.batch, load.context);
            double ours;
            try (PlinthSide side = new PlinthSide(q4, Precision.INT8, 1, load.batch, room)) {
                ours = decodeRate(side, load.batch, load.context);
                figures.note(label, ours, "tokens/s", Better.HIGHER, side.name() + ", KV float32");
                if (load.batch == 32) {
                    long start = System.nanoTime();
                    double inEngine = side.secondsInEngine();
                    side.run(text.prompts(load.batch, load.context, 0), 48);
                    double wall = (System.nanoTime() - start) / 1e9;
                    double share = 1 - (side.secondsInEngine() - inEngine) / wall;
                    figures.add("time outside the engine's steps, batch 32", share, "share", 0.05, Better.LOWER, "");
                }
            }
            for (Path peer : load.batch == 1 ? List.of(q8, q4) : List.of(q8)) {
                String name = "llama.cpp " + (peer == q8 ? "Q8_0" : "Q4_1");
                try (LlamaCppSide side = new LlamaCppSide(name, peer, 1, load.batch, room)) {
                    double theirs = decodeRate(side, load.batch, load.context);
                    figures.note(label, theirs, "tokens/s", Better.HIGHER, name + ", KV float16");
                    if (peer == q8) {
                        figures.add(label + ": ours / theirs", ours / theirs, "ratio", load.goal, Better.HIGHER, name);
                    } else {
                        figures.note(label + ": ours / theirs", ours / theirs, "ratio", Better.HIGHER, name);
                    }
                }
            }
            if (load.batch != 32 && load.context == 128) {
                try (PlinthSide side = new PlinthSide(q4, Precision.FLOAT32, 1, load.batch, room)) {
                    double theirs = decodeRate(side, load.batch, load.context);
                    figures.note(label, theirs, "tokens/s", Better.HIGHER, "the same program in float32");
                    figures.note(label + ": int8 / float32", ours / theirs, "ratio", Better.HIGHER, "float32");
                }
            }
        }
    }

    /** Tokens a second while all requests decode; their prompts were computed before, and are in the cache on both sides. */
    private double decodeRate(Side side, int batch, int context) throws Exception {
        List<String> prompts = text.prompts(batch, context, 0);
        side.run(prompts, 4);
        double best = 0;
        for (int round = 0; round < 2; round++) {
            List<Side.Times> times = side.run(prompts, batch == 1 ? 64 : 48);
            long from =
                    times.stream().mapToLong(t -> t.tokens().getFirst()).max().orElseThrow();
            long to = times.stream().mapToLong(t -> t.tokens().getLast()).min().orElseThrow();
            long tokens = times.stream()
                    .flatMap(t -> t.tokens().stream())
                    .filter(moment -> moment > from && moment <= to)
                    .count();
            best = Math.max(best, tokens * 1e9 / (to - from));
        }
        return best;
    }

    private void prefill() throws Exception {
        for (int length : List.of(512, 4000)) {
            String label = "prefill, %d tokens".formatted(length);
            double ours;
            double float32;
            double theirs;
            try (Side side = new PlinthSide(q4, Precision.INT8, 1, 1, length + 64)) {
                ours = prefillRate(side, length);
                figures.note(label, ours, "tokens/s", Better.HIGHER, side.name());
            }
            try (Side side = new PlinthSide(q4, Precision.FLOAT32, 1, 1, length + 64)) {
                float32 = prefillRate(side, length);
                figures.note(label, float32, "tokens/s", Better.HIGHER, "the same program in float32");
            }
            try (Side side = new LlamaCppSide("llama.cpp Q8_0", q8, 1, 1, length + 64)) {
                theirs = prefillRate(side, length);
                figures.note(label, theirs, "tokens/s", Better.HIGHER, side.name());
            }
            figures.add(label + ": ours / theirs", ours / theirs, "ratio", 1, Better.HIGHER, "llama.cpp Q8_0");
            figures.add(label + ": int8 / float32", ours / float32, "ratio", 1, Better.HIGHER, "scripted PyTorch ops");
        }
    }

    private double prefillRate(Side side, int length) throws Exception {
        side.run(List.of("warm up"), 4);
        double best = 0;
        for (int round = 0; round < (length > 1000 ? 1 : 3); round++) {
            double seconds = side.run(text.prompts(1, length, 40_000 + 5000 * round), 1)
                    .getFirst()
                    .secondsToFirst();
            best = Math.max(best, length / seconds);
        }
        return best;
    }

    private void threads() throws Exception {
        double[] ours = new double[2];
        double[] theirs = new double[2];
        for (int threads = 1; threads <= 2; threads++) {
            try (Side side = new PlinthSide(q4, Precision.INT8, threads, 8, 300)) {
                ours[threads - 1] = decodeRate(side, 8, 128);
                figures.note(
                        "decode, batch 8, %d threads".formatted(threads),
                        ours[threads - 1],
                        "tokens/s",
                        Better.HIGHER,
                        side.name());
            }
            try (Side side = new LlamaCppSide("llama.cpp Q8_0", q8, threads, 8, 300)) {
                theirs[threads - 1] = decodeRate(side, 8, 128);
                figures.note(
                        "decode, batch 8, %d threads".formatted(threads),
                        theirs[threads - 1],
                        "tokens/s",
                        Better.HIGHER,
                        side.name());
            }
        }
        figures.add("two threads: ours / theirs", ours[1] / theirs[1], "ratio", 1, Better.HIGHER, "llama.cpp Q8_0");
        figures.note("two threads against one", ours[1] / ours[0], "ratio", Better.HIGHER, "Plinth int8");
        figures.note("two threads against one", theirs[1] / theirs[0], "ratio", Better.HIGHER, "llama.cpp Q8_0");
    }

    /** The file is in the page cache, the libraries are extracted. */
    private void start() throws Exception {
        long start = System.nanoTime();
        Files.readAllBytes(q4);
        double read = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        try (Side side = new PlinthSide(q4, Precision.INT8, 1, 1, 512)) {
            side.run(List.of("Hello"), 1);
            double ready = (System.nanoTime() - start) / 1e9;
            figures.add("open to first token, SmolLM2 135M, running JVM", ready, "s", 3, Better.LOWER, "");
            figures.note("the same against reading its file (98 MB, Q4_1)", ready / read, "ratio", Better.LOWER, "");
        }
    }

    /** Text with as many tokens as wanted. */
    record Text(Tokenizer tokenizer, String whole) {
        /** Prompts that begin differently. */
        List<String> prompts(int count, int tokens, int from) {
            int[] ids = tokenizer.encode(whole.substring(from, from + 9 * (tokens + 120 * count)));
            return java.util.stream.IntStream.range(0, count)
                    .mapToObj(i -> tokenizer.decode(Arrays.copyOfRange(ids, 100 * i, 100 * i + tokens)))
                    .toList();
        }

        int[] tokens(int count) {
            return Arrays.copyOf(tokenizer.encode(whole.substring(0, 9 * count)), count);
        }
    }
}

package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.scheduling.SpeculationCount;
import dev.plinth.engine.tokens.GgufTokenizer;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.engine.weights.Gguf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code make bench-engine}: our engine, llama.cpp and float32 through the same libtorch, on the same weights, text and threads, one
 * after the other. Arguments: the model's GGUF file, the result file, then the parts to run; without any all run, each in a process of
 * its own, so that a peer that crashes takes no other part along. The part {@code cuda} needs a GPU and runs only if it is named.
 */
public final class EngineBench {
    private static final List<String> PARTS = List.of(
            "quality",
            "decode",
            "context8",
            "context32",
            "prefill",
            "threads",
            "small",
            "billion",
            "speculation",
            "adapters",
            "masks",
            "serving",
            "start",
            "load");

    /** Keys and values of SmolLM2 in 32 bits. */
    private static final long BYTES_PER_TOKEN = 2L * 30 * 3 * 64 * Float.BYTES;

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
        if (arguments.length == 2) {
            System.exit(eachPartAlone(arguments[0], Path.of(arguments[1])));
        }
        Set<String> parts = Set.copyOf(Arrays.asList(arguments).subList(2, arguments.length));
        if (parts.contains("cuda")) {
            OnCuda.requireDevice();
        }
        EngineBench bench = new EngineBench(Path.of(arguments[0]));
        if (parts.contains("quality")) {
            new Quality(bench.q4, bench.text, bench.figures).measure();
        }
        if (parts.contains("decode")) {
            bench.decode();
        }
        if (parts.contains("context8")) {
            bench.longContext(8);
        }
        if (parts.contains("context32")) {
            bench.longContext(32);
        }
        if (parts.contains("prefill")) {
            bench.prefill();
        }
        if (parts.contains("threads")) {
            bench.threads();
        }
        if (parts.contains("small")) {
            bench.size(RandomLlama.FIFTEEN_MILLION);
        }
        if (parts.contains("billion")) {
            bench.size(RandomLlama.ONE_BILLION);
        }
        if (parts.contains("speculation")) {
            bench.speculation();
        }
        if (parts.contains("adapters")) {
            Adapters adapters = new Adapters(bench.q4, bench.text, bench.figures);
            adapters.measure();
            adapters.loading();
        }
        if (parts.contains("masks")) {
            new Masks(bench.text.whole(), bench.figures).measure();
        }
        if (parts.contains("serving")) {
            new Serving(bench.q4, bench.text, bench.figures).measure();
        }
        if (parts.contains("start")) {
            new Start(bench.q4, bench.figures).measure();
        }
        if (parts.contains("load")) {
            new Load(bench.q4, bench.figures).measure();
        }
        if (parts.contains("cuda")) {
            new OnCuda(bench.q4, bench.text, bench.figures).measure();
        }
        bench.figures.write(Path.of(arguments[1]));
        System.exit(0); // llama.cpp leaves threads behind
    }

    /** Answers 1 if some part could not be measured, else 0. */
    private static int eachPartAlone(String model, Path result) throws IOException, InterruptedException {
        Figures figures = new Figures();
        List<String> failed = new ArrayList<>();
        for (String part : PARTS) {
            Path file = Files.createTempFile("bench-engine", ".json");
            try {
                Process process = new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx2g",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EngineBench.class.getName(),
                                model,
                                file.toString(),
                                part)
                        .inheritIO()
                        .start();
                Thread endsWithUs = new Thread(process::destroyForcibly);
                Runtime.getRuntime().addShutdownHook(endsWithUs);
                int code = process.waitFor();
                Runtime.getRuntime().removeShutdownHook(endsWithUs);
                if (code == 0) {
                    figures.addAll(file);
                } else {
                    failed.add(part);
                }
            } finally {
                Files.delete(file);
            }
        }
        figures.write(result);
        failed.forEach(part -> System.err.println("bench-engine: part " + part + " ended before it was measured"));
        return failed.isEmpty() ? 0 : 1;
    }

    private void decode() throws Exception {
        record Load(int batch, int context, double goal) {}
        for (Load load :
                List.of(new Load(1, 128, 1), new Load(8, 128, 1.5), new Load(32, 128, 1.5), new Load(8, 1024, 1.5))) {
            String label = "decode, batch %d, context %d".formatted(load.batch, load.context);
            Rate ours = ours(label, load.batch, load.context, Precision.INT8);
            Rate q8Rate = theirs(label, load.batch, load.context, q8);
            compare(label, ours, q8Rate, load.goal, "llama.cpp Q8_0");
            if (load.batch == 1) {
                compare(label, ours, theirs(label, load.batch, load.context, q4), Double.NaN, "llama.cpp Q4_1");
            }
            if (load.context == 128 && load.batch < 32) {
                Rate float32 = ours(label, load.batch, load.context, Precision.FLOAT32);
                compare(label, ours, float32, Double.NaN, "scripted PyTorch ops, float32");
            }
        }
    }

    private Rate ours(String label, int batch, int context, Precision precision) throws Exception {
        try (PlinthSide side = new PlinthSide(q4, precision, 1, batch, context + 160)) {
            double before = side.secondsInEngine();
            long start = System.nanoTime();
            Rate rate = Rate.decode(side, text.prompts(batch, context, 0));
            double share = 1 - (side.secondsInEngine() - before) / ((System.nanoTime() - start) / 1e9);
            note(label, rate, side.name() + ", KV float32");
            if (batch == 32) {
                figures.add(label + ": time outside the engine's steps", share, "share", 0.05, Better.LOWER, "");
            }
            return rate;
        }
    }

    private Rate theirs(String label, int batch, int context, Path file) throws Exception {
        String name = "llama.cpp " + (file == q8 ? "Q8_0" : "Q4_1");
        try (LlamaCppSide side = new LlamaCppSide(name, file, 1, batch, context + 160)) {
            Rate rate = Rate.decode(side, text.prompts(batch, context, 0));
            note(label, rate, name + ", KV float16");
            return rate;
        }
    }

    private void note(String label, Rate rate, String side) {
        figures.note(label, rate.perSecond(), "tokens/s", Better.HIGHER, side);
        figures.note(label, rate.perCpuSecond(), "tokens/cpu-s", Better.HIGHER, side);
    }

    private void compare(String label, Rate ours, Rate theirs, double goal, String peer) {
        figures.add(
                label + ": ours / theirs", ours.perSecond() / theirs.perSecond(), "ratio", goal, Better.HIGHER, peer);
        figures.note(
                label + ": ours / theirs, CPU time",
                ours.perCpuSecond() / theirs.perCpuSecond(),
                "ratio",
                Better.HIGHER,
                peer);
    }

    /** With few tokens a round: reading the prompts takes minutes already, of 32 with llama.cpp half an hour. */
    private void longContext(int batch) throws Exception {
        int context = 4096;
        long needed = 2L * batch * (context + 160) * BYTES_PER_TOKEN;
        if (Machine.lacksMemory("context" + batch, needed)) {
            return;
        }
        String label = "decode, batch %d, context %d".formatted(batch, context);
        Rate ours;
        Rate theirs;
        try (PlinthSide side = new PlinthSide(q4, Precision.INT8, 1, batch, context + 160)) {
            ours = Rate.decode(side, text.prompts(batch, context, 0), 16, 2);
            note(label, ours, side.name() + ", KV float32");
        }
        try (LlamaCppSide side = new LlamaCppSide("llama.cpp Q8_0", q8, 1, batch, context + 160)) {
            theirs = Rate.decode(side, text.prompts(batch, context, 0), 16, 2);
            note(label, theirs, side.name() + ", KV float16");
        }
        compare(label, ours, theirs, 1.5, "llama.cpp Q8_0");
    }

    /** A model of another size with random weights: the same file on both sides. */
    private void size(RandomLlama model) throws Exception {
        if (Machine.lacksMemory(model.name(), 4 * model.bytes()) || Machine.lacksDisk(model.name(), model.bytes())) {
            return;
        }
        Path folder = Files.createTempDirectory("bench-engine-");
        Path file = folder.resolve(model.name() + ".Q8_0.gguf");
        try {
            model.write(q4, file);
            for (int batch : List.of(1, 8)) {
                String label = "random Llama of %s, decode, batch %d, context 128".formatted(model.name(), batch);
                Rate ours;
                Rate theirs;
                try (PlinthSide side = new PlinthSide(file, Precision.INT8, 1, batch, 288)) {
                    ours = Rate.decode(side, text.prompts(batch, 128, 0));
                    note(label, ours, side.name() + ", KV float32");
                }
                try (LlamaCppSide side = new LlamaCppSide("llama.cpp Q8_0", file, 1, batch, 288)) {
                    theirs = Rate.decode(side, text.prompts(batch, 128, 0));
                    note(label, theirs, side.name() + ", KV float16");
                }
                compare(label, ours, theirs, batch == 1 ? 1 : 1.5, "llama.cpp Q8_0");
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private void prefill() throws Exception {
        for (int length : List.of(512, 4000)) {
            String label = "prefill, %d tokens".formatted(length);
            double ours;
            double float32;
            double theirs;
            try (Side side = new PlinthSide(q4, Precision.INT8, 1, 1, length + 64)) {
                ours = Rate.prefill(side, text, length);
                figures.note(label, ours, "tokens/s", Better.HIGHER, side.name());
            }
            try (Side side = new PlinthSide(q4, Precision.FLOAT32, 1, 1, length + 64)) {
                float32 = Rate.prefill(side, text, length);
                figures.note(label, float32, "tokens/s", Better.HIGHER, "the same program in float32");
            }
            try (Side side = new LlamaCppSide("llama.cpp Q8_0", q8, 1, 1, length + 64)) {
                theirs = Rate.prefill(side, text, length);
                figures.note(label, theirs, "tokens/s", Better.HIGHER, side.name());
            }
            figures.add(label + ": ours / theirs", ours / theirs, "ratio", 1, Better.HIGHER, "llama.cpp Q8_0");
            figures.add(label + ": int8 / float32", ours / float32, "ratio", 1, Better.HIGHER, "scripted PyTorch ops");
        }
    }

    private void threads() throws Exception {
        double[] ours = new double[2];
        double[] theirs = new double[2];
        for (int threads = 1; threads <= 2; threads++) {
            try (Side side = new PlinthSide(q4, Precision.INT8, threads, 8, 300)) {
                ours[threads - 1] = Rate.decode(side, text.prompts(8, 128, 0)).perSecond();
                figures.note(
                        "decode, batch 8, %d threads".formatted(threads),
                        ours[threads - 1],
                        "tokens/s",
                        Better.HIGHER,
                        side.name());
            }
            try (Side side = new LlamaCppSide("llama.cpp Q8_0", q8, threads, 8, 300)) {
                theirs[threads - 1] = Rate.decode(side, text.prompts(8, 128, 0)).perSecond();
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

    /** With and without guesses at the next tokens: texts that repeat a passage, texts that may, and texts that chance keeps from it. */
    private void speculation() throws Exception {
        Sampling drawn = new Sampling(1, 0, 1, 0, 1, 0, 0, Map.of(), 1);
        for (int batch : List.of(1, 4, 8)) {
            List<String> free = text.prompts(batch, 256, 0);
            List<String> repeated = free.stream()
                    .map(prompt -> prompt + "\n\n" + prompt.substring(0, prompt.length() / 2))
                    .toList();
            speculation("a passage repeated, batch " + batch, batch, repeated, Sampling.greedy());
            speculation("the likeliest text, batch " + batch, batch, free, Sampling.greedy());
            speculation("text drawn at temperature 1, batch " + batch, batch, free, drawn);
        }
    }

    private void speculation(String label, int batch, List<String> prompts, Sampling sampling) throws Exception {
        Limits limits = Limits.of(batch, batch);
        try (PlinthSide without =
                        new PlinthSide(q4, Precision.INT8, 1, 1024, limits.withoutSpeculation(), sampling, 0);
                PlinthSide with = new PlinthSide(q4, Precision.INT8, 1, 1024, limits, sampling, 0)) {
            double plain = Rate.decode(without, prompts).perCpuSecond();
            double guessed = Rate.decode(with, prompts).perCpuSecond();
            SpeculationCount count = with.speculated();
            double right = (double) count.allRight() / count.guesses();
            figures.note(label + ": guesses that come true", right, "share", Better.HIGHER, "");
            figures.add(label + ": with guesses / without", guessed / plain, "ratio", 1, Better.HIGHER, "CPU time");
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

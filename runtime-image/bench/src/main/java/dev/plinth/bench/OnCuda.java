package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Device;
import dev.plinth.engine.Precision;
import dev.plinth.engine.Torch;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaGguf;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.weights.Gguf;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code make bench-engine DEVICE=cuda}: decoding in bfloat16 on a GPU, beside a plain decoder in PyTorch on the same device and the
 * same libtorch, eager and scripted ({@code torch_peer.py}).
 */
final class OnCuda {
    private static final String PEER = "runtime-image/bench/torch_peer.py";

    private final Path model;
    private final EngineBench.Text text;
    private final Figures figures;

    OnCuda(Path model, EngineBench.Text text, Figures figures) {
        this.model = model;
        this.text = text;
        this.figures = figures;
    }

    /** @throws IllegalArgumentException if there is no GPU to measure; the message says why */
    static void requireDevice() {
        try {
            Torch.device(Optional.of(Device.CUDA));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no CUDA device here: " + e.getMessage(), e);
        }
    }

    void measure() throws Exception {
        record Load(int batch, int context) {}
        for (Load load : List.of(new Load(1, 128), new Load(8, 128), new Load(32, 128), new Load(8, 1024))) {
            String label = "decode on CUDA, batch %d, context %d".formatted(load.batch, load.context);
            double ours = ours(load.batch, load.context);
            figures.note(label, ours, "tokens/s", Better.HIGHER, "Plinth bfloat16");
            peer(load.batch, load.context).forEach((form, theirs) -> {
                figures.note(label, theirs, "tokens/s", Better.HIGHER, "PyTorch, " + form);
                figures.add(label + ": ours / " + form, ours / theirs, "ratio", 1, Better.HIGHER, "PyTorch, " + form);
            });
        }
    }

    private double ours(int batch, int context) throws Exception {
        Limits limits = Limits.of(batch, batch).withoutSpeculation();
        try (PlinthSide side = new PlinthSide(model, Precision.BFLOAT16, Device.CUDA, limits, context + 160)) {
            Rate rate = Rate.decode(side, text.prompts(batch, context, 0));
            return rate.perSecond();
        }
    }

    /** Tokens a second of each form of the peer. */
    private Map<String, Double> peer(int batch, int context) throws IOException, InterruptedException {
        LlamaConfig config;
        try (Gguf gguf = Gguf.open(model)) {
            config = new LlamaGguf(gguf).config();
        }
        List<String> command = Stream.of(
                        "python3",
                        PEER,
                        "cuda",
                        batch,
                        context,
                        config.layers(),
                        config.hiddenSize(),
                        config.intermediateSize(),
                        config.heads(),
                        config.keyValueHeads(),
                        config.vocabularySize())
                .map(String::valueOf)
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // The packages that libtorch was taken from: its folder is torch/lib in theirs.
        Path libraries = Path.of(builder.environment().getOrDefault("PYTORCH_LIBRARY_PATH", "."));
        builder.environment()
                .put("PYTHONPATH", libraries.resolve("../..").normalize().toString());
        File answer = Files.createTempFile("torch-peer", ".txt").toFile();
        try {
            int code = builder.redirectOutput(answer).start().waitFor();
            if (code != 0) {
                throw new IOException(PEER + " ended with " + code);
            }
            Map<String, Double> rates = new HashMap<>();
            for (String line : Files.readAllLines(answer.toPath(), StandardCharsets.UTF_8)) {
                String[] words = line.split(" ", 2);
                rates.put(words[0], Double.parseDouble(words[1]));
            }
            return rates;
        } finally {
            Files.delete(answer.toPath());
        }
    }
}

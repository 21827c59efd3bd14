package dev.plinth.bench;

import ai.djl.ndarray.NDManager;
import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Engine;
import dev.plinth.engine.Precision;
import dev.plinth.engine.Torch;
import dev.plinth.engine.decoder.DecoderConfig;
import dev.plinth.engine.decoder.DecoderEngine;
import dev.plinth.engine.llama.LlamaGguf;
import dev.plinth.engine.weights.Gguf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What 8 bits cost: perplexity and agreement on the likeliest token against 32 bits, on the beginning of Hamlet, in windows of 512
 * tokens. "32 bits" are the model's Q4_1 weights, turned into floats.
 */
final class Quality {
    private static final int WINDOW = 512;
    private static final int WINDOWS = 8;

    private final Path model;
    private final EngineBench.Text text;
    private final Figures figures;

    Quality(Path model, EngineBench.Text text, Figures figures) {
        this.model = model;
        this.text = text;
        this.figures = figures;
    }

    void measure() throws Exception {
        List<DecoderEngine.Judgement> exact = judge(Precision.FLOAT32);
        List<DecoderEngine.Judgement> fast = judge(Precision.INT8);
        List<DecoderEngine.Judgement> half = judge(Precision.BFLOAT16);
        figures.note("perplexity", perplexity(exact), "", Better.LOWER, "float32 of the Q4_1 weights");
        figures.note("perplexity", perplexity(fast), "", Better.LOWER, "int8 of the same");
        figures.add(
                "perplexity, int8 over float32",
                perplexity(fast) / perplexity(exact) - 1,
                "share",
                0.01,
                Better.LOWER,
                "");
        figures.note("same likeliest token", agreement(exact, fast), "share", Better.HIGHER, "int8, float32");
        figures.note("perplexity", perplexity(half), "", Better.LOWER, "bfloat16 of the same");
        figures.note("same likeliest token", agreement(exact, half), "share", Better.HIGHER, "bfloat16, float32");
    }

    private static double agreement(List<DecoderEngine.Judgement> exact, List<DecoderEngine.Judgement> other) {
        long same = IntStream.range(0, exact.size())
                .filter(i -> exact.get(i).likeliest() == other.get(i).likeliest())
                .count();
        return (double) same / exact.size();
    }

    private List<DecoderEngine.Judgement> judge(Precision precision) throws Exception {
        List<Integer> tokens =
                Arrays.stream(text.tokens(WINDOWS * WINDOW + 1)).boxed().toList();
        List<Integer> blocks =
                IntStream.range(0, WINDOW / DecoderEngine.BLOCK_TOKENS).boxed().toList();
        List<DecoderEngine.Judgement> judgements = new ArrayList<>();
        NDManager manager = Torch.start(1);
        try (Gguf gguf = Gguf.open(model)) {
            LlamaGguf weights = new LlamaGguf(gguf);
            try (DecoderEngine engine = new DecoderEngine(
                    DecoderConfig.of(weights.config()), weights::load, manager, precision, WINDOW, WINDOW)) {
                for (int from = 0; from < WINDOWS * WINDOW; from += WINDOW) {
                    var row = new Engine.Row(tokens.subList(from, from + WINDOW), 0, blocks, false);
                    judgements.addAll(engine.judge(row, tokens.subList(from + 1, from + WINDOW + 1)));
                }
            }
        }
        return judgements;
    }

    private static double perplexity(List<DecoderEngine.Judgement> judgements) {
        double sum = judgements.stream()
                .mapToDouble(DecoderEngine.Judgement::logprob)
                .sum();
        return Math.exp(-sum / judgements.size());
    }
}

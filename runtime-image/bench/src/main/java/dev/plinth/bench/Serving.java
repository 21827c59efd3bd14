package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Requests that come while others run. One thread. */
final class Serving {
    private static final int BATCH = 8;
    private static final int ANSWER = 48;

    private final Path model;
    private final EngineBench.Text text;
    private final Figures figures;

    Serving(Path model, EngineBench.Text text, Figures figures) {
        this.model = model;
        this.text = text;
        this.figures = figures;
    }

    void measure() throws Exception {
        try (PlinthSide side = new PlinthSide(model, Precision.INT8, 1, 16, 4400)) {
            side.run(List.of("warm up"), 4);
            prefixCache(side);
            chunkedPrefill(side);
            continuousBatching(side);
        }
        prefixesInAFile();
    }

    private void prefixCache(PlinthSide side) throws Exception {
        String shared = text.prompts(1, 2048, 100_000).getFirst();
        double miss = side.run(List.of(shared + " To be"), 1).getFirst().secondsToFirst();
        double hit = Double.MAX_VALUE;
        for (String end : List.of(" or not", " that is", " the question")) {
            hit = Math.min(hit, side.run(List.of(shared + end), 1).getFirst().secondsToFirst());
        }
        figures.note("time to first token, 2k prefix computed", miss, "s", Better.LOWER, "");
        figures.note("time to first token, 2k prefix found", hit, "s", Better.LOWER, "");
        figures.add("found / computed", hit / miss, "ratio", 0.1, Better.LOWER, "");
    }

    /** Three prompts of 2k in turn, and a pool with room for two. */
    private void prefixesInAFile() throws Exception {
        Limits limits = Limits.of(1, 4).withoutSpeculation();
        List<String> prompts = text.prompts(3, 2048, 100_000);
        try (PlinthSide side = new PlinthSide(model, Precision.INT8, 1, 2200, limits, Sampling.greedy(), 1L << 30);
                PlinthSide without = new PlinthSide(model, Precision.INT8, 1, 2200, limits, Sampling.greedy(), 0)) {
            side.run(List.of("warm up"), 4);
            without.run(List.of("warm up"), 4);
            double computed = Double.MAX_VALUE;
            double computedAndKept = Double.MAX_VALUE;
            double fetched = Double.MAX_VALUE;
            for (int round = 0; round < 3; round++) {
                for (String prompt : prompts) {
                    computed = Math.min(
                            computed, without.run(List.of(prompt), 1).getFirst().secondsToFirst());
                    double seconds = side.run(List.of(prompt), 1).getFirst().secondsToFirst();
                    if (round == 0) {
                        computedAndKept = Math.min(computedAndKept, seconds);
                    } else {
                        fetched = Math.min(fetched, seconds);
                    }
                }
            }
            figures.note("time to first token, 2k prefix the pool has no room for", computed, "s", Better.LOWER, "");
            figures.note("the same, first time, while others are kept", computedAndKept, "s", Better.LOWER, "");
            figures.note("the same, fetched back from a file", fetched, "s", Better.LOWER, "");
            figures.note("prompt tokens fetched back", side.restoredTokens(), "", Better.HIGHER, "");
            figures.add("fetched / computed", fetched / computed, "ratio", 0.3, Better.LOWER, "");
        }
    }

    private void chunkedPrefill(PlinthSide side) throws Exception {
        List<String> prompts = text.prompts(BATCH, 64, 0);
        double undisturbed = p99(gaps(side.run(prompts, 150)));
        String first = text.prompts(1, 4000, 120_000).getFirst();
        double alone = side.run(List.of(first), 1).getFirst().secondsToFirst();

        List<CompletableFuture<Side.Times>> decoding = new ArrayList<>();
        for (String prompt : prompts) {
            decoding.add(side.send(prompt, 220));
        }
        Thread.sleep(300);
        long from = System.nanoTime();
        Side.Times arrived =
                side.send(text.prompts(1, 4000, 160_000).getFirst(), 1).get();
        List<Double> gaps = new ArrayList<>();
        for (CompletableFuture<Side.Times> answer : decoding) {
            List<Long> moments = answer.get().tokens();
            for (int i = 1; i < moments.size(); i++) {
                if (moments.get(i) > from && moments.get(i) <= arrived.tokens().getFirst()) {
                    gaps.add((moments.get(i) - moments.get(i - 1)) / 1e9);
                }
            }
        }
        figures.note("p99 token to token, batch 8, undisturbed", undisturbed, "s", Better.LOWER, "");
        figures.note("p99 token to token while a 4k prompt is read", p99(gaps), "s", Better.LOWER, "");
        figures.add("disturbed / undisturbed", p99(gaps) / undisturbed, "ratio", 2, Better.LOWER, "");
        figures.add(
                "time to first token of the 4k prompt, beside 8 / alone",
                arrived.secondsToFirst() / alone,
                "ratio",
                1.5,
                Better.LOWER,
                "");
    }

    /** Poisson arrivals at the rate of the best fixed batch, against that batch. */
    private void continuousBatching(PlinthSide side) throws Exception {
        List<String> prompts = text.prompts(BATCH * 3, 64, 60_000);
        side.run(prompts.subList(0, BATCH), 2);
        long start = System.nanoTime();
        List<Side.Times> fixed = side.run(prompts.subList(0, BATCH), ANSWER);
        double fixedRate = BATCH * ANSWER / ((System.nanoTime() - start) / 1e9);
        double limit = 2 * p99(gaps(fixed));

        Random random = new Random(1);
        start = System.nanoTime();
        List<CompletableFuture<Side.Times>> answers = new ArrayList<>();
        for (String prompt : prompts) {
            answers.add(side.send(prompt, ANSWER));
            Thread.sleep((long) (-Math.log(1 - random.nextDouble()) * 1000 * ANSWER / fixedRate));
        }
        int good = 0;
        for (CompletableFuture<Side.Times> answer : answers) {
            Side.Times times = answer.get();
            double perToken = (times.tokens().getLast() - times.tokens().getFirst())
                    / 1e9
                    / (times.tokens().size() - 1);
            good += perToken <= limit ? ANSWER : 0;
        }
        double goodput = good / ((System.nanoTime() - start) / 1e9);
        figures.note("fixed batch of 8", fixedRate, "tokens/s", Better.HIGHER, "");
        figures.note("Poisson arrivals at that rate, goodput", goodput, "tokens/s", Better.HIGHER, "");
        figures.add("goodput / fixed batch", goodput / fixedRate, "ratio", 0.9, Better.HIGHER, "");
    }

    static List<Double> gaps(List<Side.Times> times) {
        return times.stream()
                .flatMap(t -> IntStream.range(1, t.tokens().size())
                        .mapToObj(i -> (t.tokens().get(i) - t.tokens().get(i - 1)) / 1e9))
                .toList();
    }

    static double p99(List<Double> values) {
        return values.stream()
                .sorted()
                .skip((long) (0.99 * (values.size() - 1)))
                .findFirst()
                .orElseThrow();
    }
}

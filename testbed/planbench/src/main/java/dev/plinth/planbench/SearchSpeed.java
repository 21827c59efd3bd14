package dev.plinth.planbench;

import dev.plinth.planner.PlanRequest;
import dev.plinth.planner.Planner;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.Experts;
import dev.plinth.planner.model.FeedForward;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.ModelShape.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long the search takes on one thread, the first time it is asked, and how many layouts that is against all of them. */
final class SearchSpeed {
    private SearchSpeed() {}

    static List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        var h100 = Catalogue.standard().get("H100");
        var dense = new Training(llama405b(), 8192, 2048, Precision.BF16, Framework.MEGATRON);
        measure(findings, "405B on 16,384 H100", PlanRequest.of(dense, h100, 16_384), 2);
        var experts = new Training(trillion(), 4096, 100_000, Precision.BF16, Framework.MEGATRON);
        measure(findings, "1T experts on 100,000 H100", PlanRequest.of(experts, h100, 100_000), 10);
        return findings;
    }

    private static void measure(List<Finding> findings, String name, PlanRequest request, double goalSeconds) {
        var started = System.nanoTime();
        var pruned = (Plan) Planner.plan(request);
        findings.add(
                Finding.atMost(name + ": time to plan", (System.nanoTime() - started) / 1e9, "s", goalSeconds, ""));
        started = System.nanoTime();
        var exhaustive = (Plan) Planner.planExhaustively(request);
        findings.add(
                Finding.told(name + ": time by brute force", (System.nanoTime() - started) / 1e9, "s", "lower", ""));
        findings.add(Finding.told(
                name
                        + ": layouts predicted of %d legal"
                                .formatted(exhaustive.effort().evaluated()),
                (double) pruned.effort().evaluated(),
                "layouts",
                "lower",
                ""));
        findings.add(Finding.atLeast(
                name + ": same plan as by brute force",
                pruned.layout().equals(exhaustive.layout())
                                && pruned.alternatives().equals(exhaustive.alternatives())
                        ? 1
                        : 0,
                "1 = yes",
                1,
                ""));
    }

    private static ModelShape llama405b() {
        return new ModelShape(
                "Llama 3.1 405B",
                128_256,
                16_384,
                126,
                Attention.GroupedQuery.of(128, 8, 128),
                new FeedForward(53_248, true, false),
                Optional.empty(),
                false,
                0,
                Norm.SCALE,
                false);
    }

    /** A trillion parameters in the manner of DeepSeek-V3; 60 layers and 400 experts, which 100,000 accelerators can share. */
    private static ModelShape trillion() {
        return new ModelShape(
                "1T experts",
                160_000,
                7168,
                60,
                new Attention.Latent(64, 1536, 512, 128, 64, 128),
                new FeedForward(18_432, true, false),
                Optional.of(new Experts(400, 8, new FeedForward(2048, true, false), 2048, false, true, 0)),
                false,
                0,
                Norm.SCALE,
                false);
    }
}

package dev.plinth.planner;

import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Models;

/** Requests that tests share. */
final class Requests {
    private Requests() {}

    static PlanRequest llama8b(int accelerators) {
        return PlanRequest.of(
                new Training(Models.llama8b(), 4096, 512, Precision.BF16, Framework.MEGATRON),
                Catalogue.standard().get("H100"),
                accelerators);
    }

    static PlanRequest llama70b(int accelerators) {
        return PlanRequest.of(
                new Training(Models.llama70b(), 4096, 512, Precision.BF16, Framework.MEGATRON),
                Catalogue.standard().get("H100"),
                accelerators);
    }
}

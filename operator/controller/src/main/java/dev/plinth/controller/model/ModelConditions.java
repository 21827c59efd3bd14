package dev.plinth.controller.model;

import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Conditions.Chain;
import dev.plinth.controller.kubernetes.Conditions.Verdict;
import dev.plinth.controller.model.ModelLocation.OnClaim;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges whether a model can be served. */
final class ModelConditions {

    /**
     * What is judged.
     *
     * @param location empty if the URI is none that is understood
     * @param claimThere whether the claim of the location exists
     */
    record Judged(Model model, Optional<ModelLocation> location, boolean claimThere) {}

    private static final Conditions<Judged> CONDITIONS = Conditions.of(Chain.of(
            "Ready",
            judged -> Verdict.yes("Available", "The weights are at %s.".formatted(uri(judged))),
            ModelConditions::notUnderstood,
            ModelConditions::claimMissing));

    private ModelConditions() {}

    static ModelStatus judge(Judged judged, Instant now) {
        var generation = judged.model().getMetadata().getGeneration();
        var before = judged.model().reported().map(ModelStatus::conditions).orElse(List.of());
        return new ModelStatus(generation, CONDITIONS.judge(judged, generation, before, now));
    }

    private static Optional<Verdict> notUnderstood(Judged judged) {
        return judged.location().isPresent()
                ? Optional.empty()
                : Optional.of(Verdict.no(
                        "InvalidSource",
                        "%s is not understood; write pvc://claim/path, the path inside the volume and without '..'."
                                .formatted(uri(judged))));
    }

    private static Optional<Verdict> claimMissing(Judged judged) {
        return judged.location().filter(location -> !judged.claimThere()).map(location -> switch (location) {
            case OnClaim(String claim, String path) ->
                Verdict.no(
                        "ClaimNotFound",
                        "There is no PersistentVolumeClaim %s in namespace %s; create it or correct spec.source.uri."
                                .formatted(claim, judged.model().getMetadata().getNamespace()));
        });
    }

    private static String uri(Judged judged) {
        return judged.model().getSpec().source().uri();
    }
}

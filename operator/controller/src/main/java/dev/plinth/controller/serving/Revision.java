package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Adapters;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.controller.contract.Fingerprint;
import dev.plinth.controller.contract.GangTemplate;
import dev.plinth.controller.contract.GangTemplate.Mounted;
import dev.plinth.controller.contract.SharedEnvironment;
import dev.plinth.controller.contract.SharedEnvironment.ServedModel;
import dev.plinth.controller.model.ModelLocation;
import dev.plinth.controller.model.ModelLocation.OnClaim;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What every replica runs now. Replicas whose name differs serve something else, or serve it otherwise.
 *
 * @param name hash of the model's digest and place, the template and the engine settings
 * @param gang what each replica's gang is to be
 */
record Revision(String name, GangSpec gang) {

    /** Where the weights are mounted. */
    static final String MODEL_MOUNT = "/plinth/model";

    /** The revision that serves this model as this service asks. */
    static Revision of(ModelService service, Model model, ModelLocation location, String runtimeImage) {
        var gang = gang(service, model, location, runtimeImage);
        return new Revision(
                Fingerprint.of(gang, Objects.requireNonNullElse(model.getSpec().digest(), "")), gang);
    }

    private static GangSpec gang(ModelService service, Model model, ModelLocation location, String runtimeImage) {
        return switch (location) {
            case OnClaim(String claim, String path) -> {
                var additions = new GangTemplate(
                        Optional.of(runtimeImage),
                        List.of("serve"),
                        environment(service, served(service, model, MODEL_MOUNT + "/" + path)),
                        mounted(claim, Optional.ofNullable(service.getSpec().adapters())));
                yield new GangSpec(
                        1,
                        additions.completing(service.getSpec().template()),
                        new Contract(ContractFramework.Serving, 1, null, false),
                        null,
                        null,
                        Lifecycle.Endless,
                        // A service outlives any number of nodes.
                        new RecoveryPolicy(Integer.MAX_VALUE, RecoveryPolicy.DEFAULT.silenceSeconds()),
                        null,
                        null,
                        null);
            }
        };
    }

    private static List<EnvVar> environment(ModelService service, ServedModel served) {
        var tracing = Optional.ofNullable(service.getSpec().tracing())
                .map(asked -> SharedEnvironment.tracing(service.getMetadata().getName(), asked))
                .orElse(List.of());
        return Stream.concat(SharedEnvironment.serving(served).stream(), tracing.stream())
                .toList();
    }

    /** Adapters are mounted to be written, since which of them are served is kept beside them. */
    private static List<Mounted> mounted(String claim, Optional<Adapters> adapters) {
        var model = Mounted.claim("plinth-model", claim, MODEL_MOUNT, true);
        return Stream.concat(
                        Stream.of(model, Mounted.temporary()),
                        adapters.stream()
                                .map(asked -> Mounted.within(
                                        "plinth-adapters",
                                        asked.claim(),
                                        Optional.ofNullable(asked.path()),
                                        SharedEnvironment.ADAPTERS_MOUNT)))
                .toList();
    }

    private static ServedModel served(ModelService service, Model model, String path) {
        var spec = service.getSpec();
        return new ServedModel(
                path,
                model.getSpec().format().name(),
                Optional.ofNullable(spec.servedModelName()).orElse(spec.model().name()),
                spec.engine(),
                Optional.ofNullable(spec.adapters()));
    }
}

package dev.plinth.controller.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.controller.contract.GangTemplate;
import dev.plinth.controller.contract.GangTemplate.Mounted;
import dev.plinth.controller.contract.SharedEnvironment;
import dev.plinth.controller.contract.SharedEnvironment.ServedModel;
import dev.plinth.controller.model.ModelLocation;
import dev.plinth.controller.model.ModelLocation.OnClaim;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What every replica runs now. Replicas whose name differs serve something else, or serve it otherwise.
 *
 * @param name hash of the model's digest and place, the template and the engine settings
 * @param gang what each replica's gang is to be
 */
record Revision(String name, GangSpec gang) {

    /** Where the weights are mounted. */
    static final String MODEL_MOUNT = "/plinth/model";

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
    private static final int NAME_BYTES = 4;

    /** The revision that serves this model as this service asks. */
    static Revision of(ModelService service, Model model, ModelLocation location, String runtimeImage) {
        var gang = gang(service, model, location, runtimeImage);
        return new Revision(hash(gang, Optional.ofNullable(model.getSpec().digest())), gang);
    }

    private static GangSpec gang(ModelService service, Model model, ModelLocation location, String runtimeImage) {
        return switch (location) {
            case OnClaim(String claim, String path) -> {
                var additions = new GangTemplate(
                        Optional.of(runtimeImage),
                        List.of("serve"),
                        SharedEnvironment.serving(served(service, model, MODEL_MOUNT + "/" + path)),
                        List.of(Mounted.claim("plinth-model", claim, MODEL_MOUNT, true), Mounted.temporary()));
                yield new GangSpec(
                        1,
                        additions.completing(service.getSpec().template()),
                        new Contract(ContractFramework.Serving, 1, null, false),
                        null,
                        Lifecycle.Endless,
                        // A service outlives any number of nodes.
                        new RecoveryPolicy(Integer.MAX_VALUE, RecoveryPolicy.DEFAULT.silenceSeconds()),
                        null);
            }
        };
    }

    private static ServedModel served(ModelService service, Model model, String path) {
        var spec = service.getSpec();
        return new ServedModel(
                path,
                model.getSpec().format().name(),
                Optional.ofNullable(spec.servedModelName()).orElse(spec.model().name()),
                optional(spec.engine().maxSequenceLength()),
                optional(spec.engine().threads()));
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static String hash(GangSpec gang, Optional<String> digest) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(JSON.writeValueAsBytes(gang));
            sha256.update(digest.orElse("").getBytes(UTF_8));
            return HexFormat.of().formatHex(sha256.digest(), 0, NAME_BYTES);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256 and a record of plain values is always written", e);
        }
    }
}

package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** One volume of a pod: a name and exactly one source. */
@ApiPart
@ValidationRule(
        value =
                "[has(self.persistentVolumeClaim), has(self.configMap), has(self.secret), has(self.emptyDir)].filter(chosen, chosen).size() == 1",
        message =
                "Set exactly one of persistentVolumeClaim, configMap, secret and emptyDir; other sources go into overlay.volumes.")
public record Volume(
        @Required
        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription("Name that volumeMounts use.")
        @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
        String name,

        @JsonPropertyDescription("A claim in the same namespace. Default: none; exactly one source is set.") @Nullable
        Claim persistentVolumeClaim,

        @JsonPropertyDescription("The keys of a ConfigMap as files. Default: none; exactly one source is set.")
        @Nullable
        ConfigMapSource configMap,

        @JsonPropertyDescription("The keys of a Secret as files. Default: none; exactly one source is set.") @Nullable
        SecretSource secret,

        @JsonPropertyDescription(
                "An empty folder that lives as long as the pod. Default: none; exactly one source is set.")
        @Nullable
        EmptyDir emptyDir) {

    /** A volume backed by a claim. */
    public static Volume ofClaim(String name, String claimName, boolean readOnly) {
        return new Volume(name, new Claim(claimName, readOnly), null, null, null);
    }

    /** An empty folder on the disk of the node. */
    public static Volume ofEmptyDir(String name) {
        return new Volume(name, null, null, null, new EmptyDir(EmptyDir.Medium.Disk, null));
    }

    /** A PersistentVolumeClaim. */
    @ApiPart
    public record Claim(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the PersistentVolumeClaim.")
            String claimName,

            @Default("false") @JsonPropertyDescription("Whether the volume is mounted read-only. Default: false.")
            boolean readOnly) {}

    /** A ConfigMap as files. */
    @ApiPart
    public record ConfigMapSource(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the ConfigMap.")
            String name,

            @Default("false")
            @JsonPropertyDescription("Whether the pod may start without the ConfigMap. Default: false.")
            boolean optional) {}

    /** A Secret as files. */
    @ApiPart
    public record SecretSource(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the Secret.")
            String secretName,

            @Default("false") @JsonPropertyDescription("Whether the pod may start without the Secret. Default: false.")
            boolean optional) {}

    /** An empty folder. */
    @ApiPart
    public record EmptyDir(
            @Default("Disk")
            @JsonPropertyDescription("Disk, or Memory (counts against the memory limit; for /dev/shm). Default: Disk.")
            Medium medium,

            @JsonPropertyDescription("Largest size in bytes, for example 2Gi. Default: no limit.") @Nullable
            Quantity sizeLimit) {

        public EmptyDir {
            medium = medium == null ? Medium.Disk : medium;
        }

        /** Where an empty folder lies. */
        public enum Medium {
            Disk,
            Memory
        }
    }
}

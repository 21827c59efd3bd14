package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** One volume of a pod: a name and exactly one source. */
@ApiPart
public record Volume(
        @Required @JsonPropertyDescription("Name that volumeMounts use.")
        String name,

        @JsonPropertyDescription("A claim in the same namespace.") @Nullable
        Claim persistentVolumeClaim,

        @JsonPropertyDescription("The keys of a ConfigMap as files.") @Nullable
        ConfigMapSource configMap,

        @JsonPropertyDescription("The keys of a Secret as files.") @Nullable
        SecretSource secret,

        @JsonPropertyDescription("An empty folder that lives as long as the pod.") @Nullable
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
            @Required @JsonPropertyDescription("Name of the PersistentVolumeClaim.")
            String claimName,

            @Default("false") @JsonPropertyDescription("Whether the volume is mounted read-only. Default: false.")
            boolean readOnly) {}

    /** A ConfigMap as files. */
    @ApiPart
    public record ConfigMapSource(
            @Required @JsonPropertyDescription("Name of the ConfigMap.")
            String name,

            @Default("false") @JsonPropertyDescription("Whether the pod may start without it. Default: false.")
            boolean optional) {}

    /** A Secret as files. */
    @ApiPart
    public record SecretSource(
            @Required @JsonPropertyDescription("Name of the Secret.")
            String secretName,

            @Default("false") @JsonPropertyDescription("Whether the pod may start without it. Default: false.")
            boolean optional) {}

    /** An empty folder. */
    @ApiPart
    public record EmptyDir(
            @Default("Disk")
            @JsonPropertyDescription("Disk, or Memory (counts against the memory limit; for /dev/shm). Default: Disk.")
            Medium medium,

            @JsonPropertyDescription("Largest size, for example 2Gi. Default: no limit.") @Nullable
            Quantity sizeLimit) {

        /** Where an empty folder lies. */
        public enum Medium {
            Disk,
            Memory
        }
    }
}

package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a member: the fields that training and serving use, and {@code overlay} for all others. The container of
 * the member is named {@link #CONTAINER}.
 */
@ApiPart
public record MemberTemplate(
        @JsonPropertyDescription("Image of the container. Default: Plinth's runtime image.") @Nullable
        String image,

        @Default("IfNotPresent") @JsonPropertyDescription("When the node pulls the image. Default: IfNotPresent.")
        ImagePullPolicy imagePullPolicy,

        @JsonPropertyDescription("Entrypoint of the container. Default: that of the image.")
        List<String> command,

        @JsonPropertyDescription("Arguments of the entrypoint. Default: those of the image.")
        List<String> args,

        @JsonPropertyDescription("Environment of the container, beside what Plinth injects.")
        List<EnvVar> env,

        @Default("{}") @JsonPropertyDescription("CPU, memory and devices of the container.")
        Resources resources,

        @JsonPropertyDescription("Volumes of the pod.") List<Volume> volumes,

        @JsonPropertyDescription("Where volumes appear in the container.")
        List<VolumeMount> volumeMounts,

        @JsonPropertyDescription("Labels that a node must carry.")
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("Taints of nodes that the pod tolerates.")
        List<Toleration> tolerations,

        @JsonPropertyDescription("Service account of the pod. Default: default.") @Nullable
        String serviceAccountName,

        @JsonPropertyDescription("Users and groups of the pod. Default: those of the image.") @Nullable
        SecurityContext securityContext,

        @Min(0)
        @Default("30")
        @JsonPropertyDescription(
                "Seconds between SIGTERM and SIGKILL; must be long enough for a last checkpoint or for answers under way. Default: 30.")
        long terminationGracePeriodSeconds,

        @JsonPropertyDescription("PriorityClass of the pod. Default: that of the cluster.") @Nullable
        String priorityClassName,

        @PreserveUnknownFields
        @JsonPropertyDescription(
                "Strategic-merge fragment of a PodSpec for fields not offered here; applied before Plinth's own fields.")
        Map<String, Object> overlay) {

    /** Name of the container of a member; an overlay names it to change it. */
    public static final String CONTAINER = "member";

    /** A template in which everything has its default. */
    public static final MemberTemplate EMPTY = new MemberTemplate(
            null,
            ImagePullPolicy.IfNotPresent,
            List.of(),
            List.of(),
            List.of(),
            Resources.NONE,
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            null,
            null,
            30,
            null,
            Map.of());

    public MemberTemplate {
        imagePullPolicy = imagePullPolicy == null ? ImagePullPolicy.IfNotPresent : imagePullPolicy;
        command = Copies.of(command);
        args = Copies.of(args);
        env = Copies.of(env);
        resources = resources == null ? Resources.NONE : resources;
        volumes = Copies.of(volumes);
        volumeMounts = Copies.of(volumeMounts);
        nodeSelector = Copies.of(nodeSelector);
        tolerations = Copies.of(tolerations);
        overlay = Copies.of(overlay);
    }

    /** When a node pulls an image. */
    public enum ImagePullPolicy {
        Always,
        IfNotPresent,
        Never
    }

    /** CPU, memory and devices of a container. */
    @ApiPart
    public record Resources(
            @JsonPropertyDescription(
                    "What is set aside for the container, for example cpu: 500m, memory: 2Gi, nvidia.com/gpu: 8. Default: the limits.")
            Map<String, Quantity> requests,

            @JsonPropertyDescription("What the container may use at most. Default: no limit.")
            Map<String, Quantity> limits) {

        /** Nothing set aside, nothing limited. */
        public static final Resources NONE = new Resources(Map.of(), Map.of());

        public Resources {
            requests = Copies.of(requests);
            limits = Copies.of(limits);
        }
    }

    /** A taint that is tolerated. */
    @ApiPart
    public record Toleration(
            @JsonPropertyDescription("Key of the taint. Default: every key, with operator Exists.") @Nullable
            String key,

            @Default("Equal")
            @JsonPropertyDescription("Equal: the value must be equal. Exists: any value. Default: Equal.")
            Operator operator,

            @JsonPropertyDescription("Value of the taint, with operator Equal.") @Nullable
            String value,

            @JsonPropertyDescription("Effect of the taint. Default: every effect.") @Nullable
            Effect effect,

            @JsonPropertyDescription("Seconds that a NoExecute taint is tolerated. Default: for ever.") @Nullable
            Long tolerationSeconds) {

        /** How the value of a taint is compared. */
        public enum Operator {
            Equal,
            Exists
        }

        /** What a taint does to pods. */
        public enum Effect {
            NoSchedule,
            PreferNoSchedule,
            NoExecute
        }
    }

    /** Users and groups of a pod. */
    @ApiPart
    public record SecurityContext(
            @Min(0) @JsonPropertyDescription("User id of the processes. Default: that of the image.") @Nullable
            Long runAsUser,

            @Min(0) @JsonPropertyDescription("Group id of the processes. Default: that of the image.") @Nullable
            Long runAsGroup,

            @Min(0) @JsonPropertyDescription("Group id that owns mounted volumes. Default: none.") @Nullable
            Long fsGroup,

            @JsonPropertyDescription("Whether the kubelet refuses to run the image as root. Default: not checked.")
            @Nullable
            Boolean runAsNonRoot) {}
}

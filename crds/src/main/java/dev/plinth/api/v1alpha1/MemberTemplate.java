package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a member: the fields that training and serving use, and {@code overlay} for all others. The container of
 * the member is named {@link #CONTAINER}.
 */
@ApiPart
@ValidationRule(
        value =
                "!has(self.volumeMounts) || has(self.overlay) || self.volumeMounts.all(m, has(self.volumes) && self.volumes.exists(v, v.name == m.name))",
        fieldPath = ".volumeMounts",
        message = "Add a volume to volumes for each name that volumeMounts uses.")
public record MemberTemplate(
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Image of the container. Default: Plinth's runtime image.")
        @Nullable
        String image,

        @Default("IfNotPresent") @JsonPropertyDescription("When the node pulls the image. Default: IfNotPresent.")
        ImagePullPolicy imagePullPolicy,

        @Size(max = 256) @JsonPropertyDescription("Entrypoint of the container. Default: that of the image.")
        List<String> command,

        @Size(max = 256) @JsonPropertyDescription("Arguments of the entrypoint. Default: those of the image.")
        List<String> args,

        @ListMap("name")
        @Size(max = 256)
        @JsonPropertyDescription("Environment of the container beside what Plinth injects. Default: nothing more.")
        List<EnvVar> env,

        @Default("{}") @JsonPropertyDescription("CPU, memory and devices of the container. Default: see its fields.")
        Resources resources,

        @ListMap("name")
        @Size(max = 64)
        @JsonPropertyDescription("Volumes of the pod beside those that Plinth adds. Default: none.")
        List<Volume> volumes,

        @ListMap("mountPath")
        @Size(max = 64)
        @JsonPropertyDescription("Where volumes appear in the container. Default: nowhere.")
        List<VolumeMount> volumeMounts,

        @Size(max = 64) @JsonPropertyDescription("Labels that a node must carry. Default: none.")
        Map<String, String> nodeSelector,

        @Size(max = 64)
        @JsonPropertyDescription("Taints of nodes that the pod tolerates. Default: those that Kubernetes adds.")
        List<Toleration> tolerations,

        @Size(min = 1, max = Rules.NAME)
        @JsonPropertyDescription("Name of the service account of the pod. Default: default.")
        @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
        @Nullable
        String serviceAccountName,

        @JsonPropertyDescription("Users and groups of the pod. Default: see its fields.") @Nullable
        SecurityContext securityContext,

        @Min(0)
        @Max(86_400)
        @Default("30")
        @JsonPropertyDescription(
                "Seconds from SIGTERM to SIGKILL; long enough for a last checkpoint or for the answers under way. Default: 30.")
        long terminationGracePeriodSeconds,

        @Size(min = 1, max = Rules.NAME)
        @JsonPropertyDescription("Name of the PriorityClass of the pod. Default: that of the cluster.")
        @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
        @Nullable
        String priorityClassName,

        @SchemaFrom(type = PodOverlay.class)
        @JsonPropertyDescription(
                "Strategic-merge fragment of a PodSpec for fields that are not offered here; applied before Plinth's own fields. The container to change is named member. Default: none.")
        Map<String, Object> overlay) {

    /** Name of the container of a member; an overlay names it to change it. */
    public static final String CONTAINER = "member";

    /** Names of the variables that Plinth sets itself, as a regular expression. */
    public static final String RESERVED_ENV =
            "^(PLINTH_.*|PET_.*|MASTER_ADDR|MASTER_PORT|(LOCAL_|GROUP_|NODE_)?RANK|(LOCAL_)?WORLD_SIZE"
                    + "|JAX_NUM_PROCESSES|JAX_PROCESS_ID|JAX_COORDINATOR_ADDRESS)$";

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
    @ValidationRule(
            value = "!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits)"
                    + " || quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)",
            fieldPath = ".requests",
            message = "Lower the requests or raise the limits: no request may be above its limit.")
    public record Resources(
            @Size(max = 16)
            @JsonPropertyDescription(
                    "What is set aside for the container, for example cpu: 500m, memory: 2Gi, nvidia.com/gpu: 8. Default: the limits.")
            Map<String, Quantity> requests,

            @Size(max = 16)
            @JsonPropertyDescription(
                    "What the container may use at most, for example cpu: 2, memory: 4Gi. Default: no limit.")
            Map<String, Quantity> limits) {

        /** Nothing set aside, nothing limited. */
        public static final Resources NONE = new Resources(Map.of(), Map.of());

        public Resources {
            requests = Copies.of(requests);
            limits = Copies.of(limits);
        }
    }

    /** Users and groups of a pod. */
    @ApiPart
    public record SecurityContext(
            @Min(0) @JsonPropertyDescription("User id of the processes. Default: 65532.") @Nullable
            Long runAsUser,

            @Min(0)
            @JsonPropertyDescription(
                    "Group id of the processes. Default: the group that the image gives that user, or 0.")
            @Nullable
            Long runAsGroup,

            @Min(0) @JsonPropertyDescription("Group id that owns mounted volumes. Default: 65532.") @Nullable
            Long fsGroup,

            @JsonPropertyDescription(
                    "Whether the kubelet refuses to run the image as root. Default: true, unless runAsUser is 0.")
            @Nullable
            Boolean runAsNonRoot) {}
}

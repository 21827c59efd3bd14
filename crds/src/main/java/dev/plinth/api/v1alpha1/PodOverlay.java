package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the schema says of an overlay: any field of a PodSpec may stand in it, except the ones named here. Never
 * instantiated; {@link MemberTemplate#overlay()} is a map.
 */
@ApiPart
@PreserveUnknownFields
@ValidationRule(
        value =
                "![has(self.hostNetwork) && self.hostNetwork, has(self.hostPID) && self.hostPID, has(self.hostIPC) && self.hostIPC].exists(used, used)",
        message = "Remove hostNetwork, hostPID and hostIPC: members may not use the namespaces of the node.")
@ValidationRule(
        value = "!has(self.serviceAccountName) && !has(self.serviceAccount)",
        message = "Remove serviceAccountName and serviceAccount: set the template's serviceAccountName instead.")
@ValidationRule(
        value = "!has(self.nodeName) && !has(self.hostname) && !has(self.subdomain) && !has(self.restartPolicy)",
        message = "Remove nodeName, hostname, subdomain and restartPolicy: Plinth sets them.")
@ValidationRule(
        value = "!has(self.ephemeralContainers)",
        message = "Remove ephemeralContainers: add them to the running pod with kubectl debug.")
record PodOverlay(
        @JsonPropertyDescription("Refused if true.") @Nullable
        Boolean hostNetwork,

        @JsonPropertyDescription("Refused if true.") @Nullable
        Boolean hostPID,

        @JsonPropertyDescription("Refused if true.") @Nullable
        Boolean hostIPC,

        @JsonPropertyDescription("Refused: set the template's serviceAccountName instead.") @Nullable
        String serviceAccountName,

        @JsonPropertyDescription("Refused: set the template's serviceAccountName instead.") @Nullable
        String serviceAccount,

        @JsonPropertyDescription("Refused: placement chooses the node.") @Nullable
        String nodeName,

        @JsonPropertyDescription("Refused: the stable host name of a member is Plinth's.") @Nullable
        String hostname,

        @JsonPropertyDescription("Refused: the stable host name of a member is Plinth's.") @Nullable
        String subdomain,

        @JsonPropertyDescription("Refused: recovery decides what is started again.") @Nullable
        String restartPolicy,

        @Size(max = 64)
        @JsonPropertyDescription("Further volumes. A volume with hostPath is refused. Default: none.")
        @ValidationRule(
                value = "self.all(v, !has(v.hostPath))",
                message = "Remove the volumes with hostPath: use a PersistentVolumeClaim.")
        List<OverlayVolume> volumes,

        @ListMap("name")
        @Size(max = 16)
        @JsonPropertyDescription(
                "Changes of the container member, or further containers. A privileged one is refused. Default: none.")
        @ValidationRule(value = NONE_PRIVILEGED, message = NONE_PRIVILEGED_SAYS)
        List<OverlayContainer> containers,

        @ListMap("name")
        @Size(max = 16)
        @JsonPropertyDescription("Containers that run before the member. A privileged one is refused. Default: none.")
        @ValidationRule(value = NONE_PRIVILEGED, message = NONE_PRIVILEGED_SAYS)
        List<OverlayContainer> initContainers,

        @Size(max = 16) @JsonPropertyDescription("Refused: use kubectl debug on the running pod.")
        List<OverlayContainer> ephemeralContainers) {

    private static final String NONE_PRIVILEGED =
            "self.all(c, !has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged)";
    private static final String NONE_PRIVILEGED_SAYS =
            "Remove securityContext.privileged: members may not be privileged.";

    /** A volume of any source but hostPath. */
    @ApiPart
    @PreserveUnknownFields
    record OverlayVolume(
            @Required @Size(min = 1, max = Rules.LABEL) @JsonPropertyDescription("Name of the volume.")
            String name,

            @JsonPropertyDescription("Refused: use a PersistentVolumeClaim.") @Nullable
            HostPath hostPath) {}

    /** Refused. */
    @ApiPart
    @PreserveUnknownFields
    record HostPath() {}

    /** A container that is not privileged. */
    @ApiPart
    @PreserveUnknownFields
    record OverlayContainer(
            @Required @Size(min = 1, max = Rules.LABEL) @JsonPropertyDescription("Name of the container.")
            String name,

            @JsonPropertyDescription("Security settings of the container. Default: those that Plinth sets.") @Nullable
            OverlaySecurity securityContext) {}

    /** Security settings. */
    @ApiPart
    @PreserveUnknownFields
    record OverlaySecurity(
            @JsonPropertyDescription("Refused if true.") @Nullable
            Boolean privileged) {}
}

package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.Amounts;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod of a gang may never be, whoever asked for it: the operator's right to create pods must not become a
 * tenant's way out of its namespace.
 */
final class PodPolicy {
    private static final String UNCONFINED = "Unconfined";

    /** Volumes that Plinth adds have names that begin so. */
    static final String OWN_VOLUME = "plinth-";

    /** Where Plinth mounts checkpoints, models and its token; /var/run leads to /run in most images. */
    private static final Pattern OWN_MOUNT = Pattern.compile("/plinth(/.*)?|(/var)?/run/secrets(/plinth[.]dev(/.*)?)?");

    private PodPolicy() {}

    /** What is wrong with the finished pod; empty if nothing. */
    static Optional<String> objection(PodSpec spec) {
        return Stream.of(
                        refuse(Boolean.TRUE.equals(spec.getHostNetwork()), "hostNetwork"),
                        refuse(Boolean.TRUE.equals(spec.getHostPID()), "hostPID"),
                        refuse(Boolean.TRUE.equals(spec.getHostIPC()), "hostIPC"),
                        refuse(isUnconfined(spec.getSecurityContext()), "the profile " + UNCONFINED),
                        volumes(spec),
                        containers(spec),
                        mounts(spec),
                        amounts(spec))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> volumes(PodSpec spec) {
        return spec.getVolumes().stream()
                .filter(volume -> !isAllowed(volume))
                .findFirst()
                .map(
                        volume -> "volume " + volume.getName()
                                + " is not allowed: use persistentVolumeClaim, configMap, secret,"
                                + " emptyDir, downwardAPI, ephemeral, image, csi, or projected without a service account token");
    }

    private static boolean isAllowed(Volume volume) {
        if (volume.getProjected() != null) {
            return volume.getProjected().getSources().stream()
                    .allMatch(source -> source.getServiceAccountToken() == null);
        }
        return volume.getPersistentVolumeClaim() != null
                || volume.getConfigMap() != null
                || volume.getSecret() != null
                || volume.getEmptyDir() != null
                || volume.getDownwardAPI() != null
                || volume.getEphemeral() != null
                || volume.getImage() != null
                || volume.getCsi() != null;
    }

    private static Optional<String> mounts(PodSpec spec) {
        return allContainers(spec)
                .flatMap(container -> container.getVolumeMounts().stream())
                .filter(mount -> mount.getMountPath() != null && mount.getName() != null)
                .filter(mount -> !mount.getName().startsWith(OWN_VOLUME)
                        && OWN_MOUNT.matcher(resolved(mount.getMountPath())).matches())
                .findFirst()
                .map(mount -> "nothing may be mounted at " + mount.getMountPath()
                        + ": Plinth mounts checkpoints, models and its token there; mount elsewhere");
    }

    /** The path without empty parts, {@code .} and {@code ..}, as the kernel would follow it. */
    private static String resolved(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.split("/", -1)) {
            if (part.equals("..")) {
                parts.subList(Math.max(0, parts.size() - 1), parts.size()).clear();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static Stream<Container> allContainers(PodSpec spec) {
        return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream());
    }

    private static Optional<String> containers(PodSpec spec) {
        return allContainers(spec)
                .flatMap(container -> objection(container).stream())
                .findFirst();
    }

    /** An amount that nobody can read would end the search for a node, long before the API server sees the pod. */
    private static Optional<String> amounts(PodSpec spec) {
        var resources = Stream.concat(allContainers(spec).map(Container::getResources), Stream.of(spec.getResources()))
                .filter(each -> each != null)
                .flatMap(each -> Stream.of(each.getRequests(), each.getLimits()));
        return Stream.concat(resources, Stream.of(spec.getOverhead()))
                .filter(each -> each != null)
                .flatMap(each -> each.entrySet().stream())
                .filter(each -> !Amounts.isAmount(each.getValue()))
                .findFirst()
                .map(each ->
                        "the amount of " + each.getKey() + " is " + each.getValue() + ": write it like 2, 500m or 4Gi");
    }

    private static Optional<String> objection(Container container) {
        var security = container.getSecurityContext();
        if (security == null) {
            return Optional.empty();
        }
        return Stream.of(
                        refuse(Boolean.TRUE.equals(security.getPrivileged()), "privileged"),
                        refuse(Boolean.TRUE.equals(security.getAllowPrivilegeEscalation()), "allowPrivilegeEscalation"),
                        refuse(addsCapabilities(security), "added capabilities"),
                        refuse(security.getProcMount() != null, "procMount"),
                        refuse(
                                isUnconfined(security.getSeccompProfile(), security.getAppArmorProfile()),
                                "the profile " + UNCONFINED))
                .flatMap(Optional::stream)
                .findFirst()
                .map(words -> "container " + container.getName() + ": " + words);
    }

    private static boolean addsCapabilities(SecurityContext security) {
        return security.getCapabilities() != null
                && !security.getCapabilities().getAdd().isEmpty();
    }

    private static boolean isUnconfined(@Nullable PodSecurityContext security) {
        return security != null && isUnconfined(security.getSeccompProfile(), security.getAppArmorProfile());
    }

    private static boolean isUnconfined(@Nullable SeccompProfile seccomp, @Nullable AppArmorProfile appArmor) {
        return (seccomp != null && UNCONFINED.equals(seccomp.getType()))
                || (appArmor != null && UNCONFINED.equals(appArmor.getType()));
    }

    private static Optional<String> refuse(boolean present, String what) {
        return present ? Optional.of(what + " is not allowed in a gang: remove it") : Optional.empty();
    }
}

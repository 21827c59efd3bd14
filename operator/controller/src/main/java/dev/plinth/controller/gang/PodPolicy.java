package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.controller.cluster.Amounts;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod of a gang may never be, whoever asked for it: the operator's right to create pods must not become a
 * tenant's way out of its namespace.
 */
final class PodPolicy {
    /** Fields that Plinth sets or that the template has, with what to use instead. */
    private static final Map<String, String> OWN_FIELDS = Map.of(
            "nodeName", "use nodeSelector",
            "affinity", "use nodeSelector, or topology of the job",
            "schedulerName", "gangs are placed by Plinth",
            "schedulingGates", "gangs are placed by Plinth",
            "hostname", "members have the names r00000, r00001 and so on",
            "subdomain", "members are found under the name of their gang",
            "restartPolicy", "Plinth restarts members",
            "serviceAccountName", "use serviceAccountName of the template",
            "serviceAccount", "use serviceAccountName of the template");

    private static final Pattern RESERVED_ENV = Pattern.compile(MemberTemplate.RESERVED_ENV);

    private static final String UNCONFINED = "Unconfined";

    /** Volumes that Plinth adds have names that begin so. */
    private static final String OWN_VOLUME = "plinth-";

    /** Where Plinth mounts checkpoints, models and its token; /var/run leads to /run in most images. */
    private static final Pattern OWN_MOUNT = Pattern.compile("/plinth(/.*)?|(/var)?/run/secrets(/plinth[.]dev(/.*)?)?");

    private PodPolicy() {}

    /** What is wrong with an overlay before it is merged; empty if nothing. */
    static Optional<String> objection(Map<String, Object> overlay) {
        return overlay.keySet().stream()
                .filter(OWN_FIELDS::containsKey)
                .sorted()
                .findFirst()
                .map(field -> "overlay may not set " + field + ": " + OWN_FIELDS.get(field))
                .or(() -> directive(overlay))
                .or(() -> emptyItem(overlay))
                .or(() -> ownVolume(overlay))
                .or(() -> ownVariable(overlay));
    }

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

    private static Optional<String> directive(Map<String, Object> overlay) {
        return overlay.values().stream()
                .flatMap(PodPolicy::parts)
                .flatMap(part -> part.keySet().stream())
                .map(String::valueOf)
                .filter(field -> field.startsWith("$"))
                .findFirst()
                .map(field -> "overlay may not contain the directive " + field + ": set a field to null to remove it");
    }

    private static Optional<String> emptyItem(Map<?, ?> overlay) {
        return parts(overlay)
                .flatMap(part -> part.entrySet().stream())
                .filter(field -> hasEmptyItem(field.getValue()))
                .findFirst()
                .map(field -> "overlay has an empty item in the list " + field.getKey() + ": remove it");
    }

    private static Optional<String> ownVolume(Map<String, Object> overlay) {
        return names(overlay.get("volumes"))
                .filter(name -> name.startsWith(OWN_VOLUME))
                .findFirst()
                .map(name -> "overlay may not change the volume " + name
                        + ": names that start with 'plinth-' are Plinth's own");
    }

    /** In the container of the member; in others everybody may set what he likes. */
    private static Optional<String> ownVariable(Map<String, Object> overlay) {
        return items(overlay.get("containers"))
                .filter(container -> MemberTemplate.CONTAINER.equals(container.get("name")))
                .flatMap(container -> names(container.get("env")))
                .filter(name -> RESERVED_ENV.matcher(name).matches())
                .findFirst()
                .map(name -> "overlay may not set the variable " + name + ": Plinth sets it; rename yours");
    }

    private static Stream<String> names(@Nullable Object list) {
        return items(list).map(item -> String.valueOf(item.get("name")));
    }

    private static Stream<Map<?, ?>> items(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().flatMap(item -> item instanceof Map<?, ?> object ? Stream.of(object) : Stream.of())
                : Stream.of();
    }

    private static boolean hasEmptyItem(@Nullable Object value) {
        return value instanceof List<?> list && list.stream().anyMatch(item -> item == null || hasEmptyItem(item));
    }

    /** An object in the overlay and all objects inside it. */
    private static Stream<Map<?, ?>> parts(Object value) {
        return switch (value) {
            case Map<?, ?> object ->
                Stream.concat(
                        Stream.of(object),
                        object.values().stream().filter(part -> part != null).flatMap(PodPolicy::parts));
            case List<?> list -> list.stream().filter(part -> part != null).flatMap(PodPolicy::parts);
            default -> Stream.of();
        };
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

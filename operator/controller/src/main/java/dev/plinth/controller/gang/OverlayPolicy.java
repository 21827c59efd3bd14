package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.MemberTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the overlay of a pod may not say: what Plinth sets itself, and what a merge would not carry out as it reads. */
final class OverlayPolicy {
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

    private OverlayPolicy() {}

    /** What is wrong with an overlay, before it is merged; empty if nothing. */
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

    private static Optional<String> directive(Map<String, Object> overlay) {
        return overlay.values().stream()
                .flatMap(OverlayPolicy::parts)
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
                .filter(name -> name.startsWith(PodPolicy.OWN_VOLUME))
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
                        object.values().stream().filter(part -> part != null).flatMap(OverlayPolicy::parts));
            case List<?> list -> list.stream().filter(part -> part != null).flatMap(OverlayPolicy::parts);
            default -> Stream.of();
        };
    }
}

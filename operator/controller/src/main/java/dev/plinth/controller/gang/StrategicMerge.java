package dev.plinth.controller.gang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges a fragment into a PodSpec the way {@code kubectl patch} does: objects field by field, lists of named things
 * item by item, other lists as a whole; {@code null} removes a field, also one that is not there. The directives
 * ({@code $patch}) and empty items of lists are not offered.
 */
final class StrategicMerge {
    /** The patchMergeKey of the lists in a PodSpec, from the type definitions of k8s.io/api/core/v1. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("volumes", "name"),
            Map.entry("env", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("ports", "containerPort"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("resourceClaims", "name"),
            Map.entry("claims", "name"),
            Map.entry("topologySpreadConstraints", "topologyKey"));

    private StrategicMerge() {}

    /** The base with the fragment merged in; neither is changed. */
    static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> fragment) {
        var merged = new LinkedHashMap<String, Object>(base);
        fragment.forEach((field, change) -> {
            if (change == null) {
                merged.remove(field);
            } else {
                merged.put(field, merge(field, merged.get(field), change));
            }
        });
        return merged;
    }

    private static Object merge(String field, @Nullable Object base, Object change) {
        if (base instanceof Map<?, ?> object && change instanceof Map<?, ?> fragment) {
            return merge(asObject(object), asObject(fragment));
        }
        var key = KEYS.get(field);
        if (base instanceof List<?> list && change instanceof List<?> changes && key != null) {
            return mergeByKey(key, list, changes);
        }
        return withoutNulls(change);
    }

    private static Object withoutNulls(Object added) {
        return switch (added) {
            case Map<?, ?> object -> merge(Map.of(), asObject(object));
            case List<?> list -> list.stream().map(StrategicMerge::withoutNulls).toList();
            default -> added;
        };
    }

    private static List<Object> mergeByKey(String key, List<?> base, List<?> changes) {
        var merged = new ArrayList<Object>(base);
        for (var change : changes) {
            int position = position(merged, key, change);
            if (position < 0) {
                merged.add(withoutNulls(change));
            } else {
                merged.set(position, merge("", merged.get(position), change));
            }
        }
        return merged;
    }

    private static int position(List<Object> list, String key, Object wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> item
                    && wanted instanceof Map<?, ?> change
                    && Objects.equals(item.get(key), change.get(key))) {
                return i;
            }
        }
        return -1;
    }

    @SuppressWarnings("unchecked") // JSON objects have string keys.
    private static Map<String, Object> asObject(Map<?, ?> object) {
        return (Map<String, Object>) object;
    }
}

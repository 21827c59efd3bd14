package dev.plinth.controller.cluster;

import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/** Namespace and name of a gang. */
public record GangKey(String namespace, String name) implements Comparable<GangKey> {

    public static GangKey of(HasMetadata gang) {
        return new GangKey(gang.getMetadata().getNamespace(), gang.getMetadata().getName());
    }

    /** The gang that an object says it belongs to. */
    public static Optional<GangKey> labelledOn(HasMetadata object) {
        var metadata = object.getMetadata();
        return Optional.ofNullable(metadata.getLabels())
                .map(labels -> labels.get(Labels.GANG))
                .map(name -> new GangKey(metadata.getNamespace(), name));
    }

    @Override
    public int compareTo(GangKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

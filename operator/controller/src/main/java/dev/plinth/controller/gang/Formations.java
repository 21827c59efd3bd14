package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The formation in force of each gang: our own last write, which a cache may not show yet. */
final class Formations {
    private final Map<String, Formation> byUid = new ConcurrentHashMap<>();

    /** The formation in force: that of the cached gang, or our own newer one. */
    Formation inForce(Gang cached) {
        return note(cached, cached.getSpec().formationOrFirst());
    }

    /** A formation has been written down. */
    void written(Gang gang, Formation formation) {
        note(gang, formation);
    }

    void forget(Gang gang) {
        byUid.remove(gang.getMetadata().getUid());
    }

    private Formation note(Gang gang, Formation formation) {
        return byUid.merge(
                gang.getMetadata().getUid(),
                formation,
                (before, now) -> before.generation() >= now.generation() ? before : now);
    }
}

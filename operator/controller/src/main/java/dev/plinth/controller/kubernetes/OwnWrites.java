package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The API server's answers to our own writes, until the cache shows them: a pass that starts earlier goes by the answer
 * and not by what was before it.
 */
public final class OwnWrites<T extends HasMetadata> {
    private final ConcurrentMap<String, T> answers = new ConcurrentHashMap<>();

    /** The cached object, or our own write of it if that is newer. */
    public T newest(T cached) {
        var answer = answers.get(cached.getMetadata().getUid());
        if (answer == null) {
            return cached;
        }
        if (version(answer) > version(cached)) {
            return answer;
        }
        answers.remove(cached.getMetadata().getUid(), answer);
        return cached;
    }

    /** Keeps the answer to a write. */
    public void remember(T answer) {
        answers.put(answer.getMetadata().getUid(), answer);
    }

    /** Resource versions of one kind of object are comparable numbers (KEP-5504). */
    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}

package dev.plinth.controller.kubernetes;

import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.plinth.api.v1alpha1.PlinthResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * The statuses a controller reports: each is written only if it says something new, and the API server's answer counts
 * until the cache shows it, so that a pass never goes by what was before its own last write.
 *
 * @param <T> the status
 * @param <R> the kind
 */
public final class OwnStatus<T, R extends PlinthResource<?, T>> {
    private final Writer writer;
    private final FieldManager manager;
    private final Supplier<R> kind;
    private final ConcurrentMap<String, R> answers = new ConcurrentHashMap<>();

    /** Reports as {@code manager}; {@code kind} makes an object of the kind with nothing in it. */
    public OwnStatus(Writer writer, FieldManager manager, Supplier<R> kind) {
        this.writer = writer;
        this.manager = manager;
        this.kind = kind;
    }

    /** The cached object, or our own write of it if that is newer. */
    public R newest(R cached) {
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

    /** Makes the status so; one request, or none if it is so already. Of an object that has gone meanwhile there is nothing to tell. */
    public void report(R about, T status) {
        if (about.reported().equals(Optional.of(status))) {
            return;
        }
        try {
            write(manager, about, status);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HTTP_NOT_FOUND) {
                throw refused;
            }
        }
    }

    /** Makes a part of the status so, as its own writer: reports of the rest leave it alone. */
    public void record(FieldManager part, R about, T status) {
        write(part, about, status);
    }

    private void write(FieldManager writing, R about, T status) {
        var reported = kind.get();
        reported.setMetadata(new ObjectMetaBuilder()
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .build());
        reported.setStatus(status);
        var answer = writer.applyStatus(writing, reported);
        answers.put(answer.getMetadata().getUid(), answer);
    }

    /** Resource versions of one kind are comparable numbers (KEP-5504). */
    private static long version(PlinthResource<?, ?> object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}

package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import java.util.Optional;

/**
 * What all kinds have in common: spec and status are immutable records, replaced as a whole and never filled in place.
 *
 * @param <S> the spec
 * @param <T> the status
 */
public abstract class PlinthResource<S, T> extends CustomResource<S, T> {
    /** The API group of all kinds. */
    public static final String GROUP = "plinth.dev";

    /** The version of all kinds in this package. */
    public static final String VERSION = "v1alpha1";

    /** What {@code kubectl get} takes for all kinds together. */
    public static final String CATEGORY = "plinth";

    /** The status as last reported, empty for an object that no controller has seen yet. */
    public final Optional<T> reported() {
        return Optional.ofNullable(getStatus());
    }

    @Override
    @SuppressWarnings("NullAway") // The base class takes null for "no spec yet"; records have no empty instance.
    protected S initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // As above.
    protected T initStatus() {
        return null;
    }
}

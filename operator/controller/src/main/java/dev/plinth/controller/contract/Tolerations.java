package dev.plinth.controller.contract;

import io.fabric8.kubernetes.api.model.Toleration;

/** Tolerated taints in the terms of Kubernetes. */
public final class Tolerations {
    private Tolerations() {}

    public static Toleration of(dev.plinth.api.v1alpha1.Toleration said) {
        var effect = said.effect();
        return new Toleration(
                effect == null ? null : effect.name(),
                said.key(),
                said.operator().name(),
                said.tolerationSeconds(),
                said.value());
    }
}

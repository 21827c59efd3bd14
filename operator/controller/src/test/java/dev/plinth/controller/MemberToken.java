package dev.plinth.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** A token as the kubelet mounts it into a member: of the pod's service account, bound to the pod. */
public final class MemberToken {
    private MemberToken() {}

    /** A token of a pod that runs as the account default. */
    public static String of(KubernetesClient client, Pod pod, String audience) {
        return client.serviceAccounts()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName("default")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }
}

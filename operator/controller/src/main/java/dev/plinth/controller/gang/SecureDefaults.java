package dev.plinth.controller.gang;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Pod Security Standard "restricted" asks for, where the user said nothing else. */
final class SecureDefaults {
    private static final long NOBODY = 65532;

    private SecureDefaults() {}

    /**
     * The pod with safe values where it had none.
     *
     * @param ownImage whether the container is Plinth's own, which needs no writable root; other images often do
     */
    static PodSpec of(PodSpec spec, boolean ownImage) {
        return new PodSpecBuilder(spec)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(pod(new PodSecurityContextBuilder(spec.getSecurityContext())))
                .withInitContainers(containers(spec.getInitContainers(), false))
                .withContainers(containers(spec.getContainers(), ownImage))
                .build();
    }

    private static PodSecurityContext pod(PodSecurityContextBuilder security) {
        if (security.getRunAsUser() == null) {
            security.withRunAsUser(NOBODY);
        }
        if (security.getRunAsNonRoot() == null) {
            security.withRunAsNonRoot(security.getRunAsUser() != 0);
        }
        if (security.getFsGroup() == null) {
            security.withFsGroup(NOBODY).withFsGroupChangePolicy("OnRootMismatch");
        }
        if (!security.hasSeccompProfile()) {
            security.withNewSeccompProfile(null, "RuntimeDefault");
        }
        return security.build();
    }

    private static List<Container> containers(List<Container> containers, boolean ownImage) {
        return containers.stream()
                .map(container -> new ContainerBuilder(container)
                        .withSecurityContext(container(container.getSecurityContext(), ownImage))
                        .build())
                .toList();
    }

    private static SecurityContext container(@Nullable SecurityContext given, boolean ownImage) {
        var security = given == null ? new SecurityContextBuilder() : new SecurityContextBuilder(given);
        security.withAllowPrivilegeEscalation(false);
        if (!security.hasCapabilities()) {
            security.withNewCapabilities().withDrop("ALL").endCapabilities();
        }
        if (security.getReadOnlyRootFilesystem() == null) {
            security.withReadOnlyRootFilesystem(ownImage);
        }
        return security.build();
    }
}

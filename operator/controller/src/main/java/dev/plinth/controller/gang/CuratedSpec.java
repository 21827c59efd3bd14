package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.EnvVar.ValueSource;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.Volume.EmptyDir.Medium;
import dev.plinth.controller.contract.Tolerations;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import org.jspecify.annotations.Nullable;

/** The fields that a {@link MemberTemplate} offers, as the PodSpec they stand for. */
final class CuratedSpec {
    private CuratedSpec() {}

    static PodSpec of(MemberTemplate template) {
        return new PodSpecBuilder()
                .withContainers(container(template))
                .withVolumes(
                        template.volumes().stream().map(CuratedSpec::volume).toList())
                .withNodeSelector(template.nodeSelector())
                .withTolerations(
                        template.tolerations().stream().map(Tolerations::of).toList())
                .withServiceAccountName(template.serviceAccountName())
                .withSecurityContext(security(template.securityContext()))
                .withTerminationGracePeriodSeconds(template.terminationGracePeriodSeconds())
                .withPriorityClassName(template.priorityClassName())
                .build();
    }

    private static Container container(MemberTemplate template) {
        return new ContainerBuilder()
                .withName(MemberTemplate.CONTAINER)
                .withImage(template.image())
                .withImagePullPolicy(template.imagePullPolicy().name())
                // The last lines of its log are the last words of a container that fails without leaving any.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withCommand(template.command())
                .withArgs(template.args())
                .withEnv(template.env().stream().map(CuratedSpec::variable).toList())
                .withNewResources()
                .withRequests(template.resources().requests())
                .withLimits(template.resources().limits())
                .endResources()
                .withVolumeMounts(
                        template.volumeMounts().stream().map(CuratedSpec::mount).toList())
                .build();
    }

    private static EnvVar variable(dev.plinth.api.v1alpha1.EnvVar variable) {
        var source = variable.valueFrom();
        return source == null
                ? new EnvVar(variable.name(), variable.value(), null)
                : variableFrom(variable.name(), source);
    }

    private static EnvVar variableFrom(String name, ValueSource source) {
        var variable = new EnvVarBuilder().withName(name);
        var field = source.fieldRef();
        var secret = source.secretKeyRef();
        var config = source.configMapKeyRef();
        if (field != null) {
            variable.withNewValueFrom().withNewFieldRef(null, field.fieldPath()).endValueFrom();
        } else if (secret != null) {
            variable.withNewValueFrom()
                    .withNewSecretKeyRef(secret.key(), secret.name(), secret.optional())
                    .endValueFrom();
        } else if (config != null) {
            variable.withNewValueFrom()
                    .withNewConfigMapKeyRef(config.key(), config.name(), config.optional())
                    .endValueFrom();
        }
        return variable.build();
    }

    private static Volume volume(dev.plinth.api.v1alpha1.Volume volume) {
        var built = new VolumeBuilder().withName(volume.name());
        var claim = volume.persistentVolumeClaim();
        var config = volume.configMap();
        var secret = volume.secret();
        var empty = volume.emptyDir();
        if (claim != null) {
            built.withNewPersistentVolumeClaim(claim.claimName(), claim.readOnly());
        }
        if (config != null) {
            built.withNewConfigMap()
                    .withName(config.name())
                    .withOptional(config.optional())
                    .endConfigMap();
        }
        if (secret != null) {
            built.withNewSecret()
                    .withSecretName(secret.secretName())
                    .withOptional(secret.optional())
                    .endSecret();
        }
        if (empty != null) {
            built.withNewEmptyDir()
                    .withMedium(empty.medium() == Medium.Memory ? "Memory" : null)
                    .withSizeLimit(empty.sizeLimit())
                    .endEmptyDir();
        }
        return built.build();
    }

    private static VolumeMount mount(dev.plinth.api.v1alpha1.VolumeMount mount) {
        return new VolumeMountBuilder()
                .withName(mount.name())
                .withMountPath(mount.mountPath())
                .withSubPath(mount.subPath())
                .withReadOnly(mount.readOnly())
                .build();
    }

    private static PodSecurityContext security(MemberTemplate.@Nullable SecurityContext security) {
        var built = new PodSecurityContextBuilder();
        if (security != null) {
            built.withRunAsUser(security.runAsUser())
                    .withRunAsGroup(security.runAsGroup())
                    .withFsGroup(security.fsGroup())
                    .withRunAsNonRoot(security.runAsNonRoot());
        }
        return built.build();
    }
}

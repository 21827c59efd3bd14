package dev.plinth.testbed.nodes;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.StateFolder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

/** Volumes that stand for network storage: folders of this machine, which every real node sees. Pods reach them through claims. */
public final class SharedStorage {
    private static final String CLASS = "shared";

    private SharedStorage() {}

    /** Creates the default storage class and its volumes. */
    public static void create(ClusterSpec spec, StateFolder state, KubernetesClient client) {
        if (spec.sharedVolumes().count() == 0) {
            return;
        }
        client.resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(CLASS)
                        .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                        .endMetadata()
                        .withProvisioner("kubernetes.io/no-provisioner")
                        .withVolumeBindingMode("Immediate")
                        .build())
                .create();
        for (int i = 0; i < spec.sharedVolumes().count(); i++) {
            var folder = state.folder("shared/%02d".formatted(i));
            try {
                // Written by pods of any user.
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            client.resource(new PersistentVolumeBuilder()
                            .withNewMetadata()
                            .withName("%s-%02d".formatted(CLASS, i))
                            .endMetadata()
                            .withNewSpec()
                            .addToCapacity(
                                    "storage", new Quantity(spec.sharedVolumes().size()))
                            .withAccessModes("ReadWriteMany", "ReadWriteOnce", "ReadOnlyMany")
                            .withPersistentVolumeReclaimPolicy("Retain")
                            .withStorageClassName(CLASS)
                            .withNewHostPath()
                            .withPath(folder.toString())
                            .endHostPath()
                            .endSpec()
                            .build())
                    .create();
        }
    }
}

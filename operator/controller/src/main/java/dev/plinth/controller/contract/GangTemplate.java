package dev.plinth.controller.contract;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.Volume;
import dev.plinth.api.v1alpha1.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Completes a user's template to that of a gang: with everything that is equal for all of its members. */
public record GangTemplate(Optional<String> image, List<String> args, List<EnvVar> env, List<Mounted> mounted) {

    /** A volume, and where it appears in the container. */
    public record Mounted(Volume volume, VolumeMount mount) {

        /** A claim of the same namespace. */
        public static Mounted claim(String name, String claim, String path, boolean readOnly) {
            return new Mounted(Volume.ofClaim(name, claim, readOnly), new VolumeMount(path, name, null, readOnly));
        }

        /**
         * A claim of the same namespace, to be written.
         *
         * @param folder the part of it that appears; empty = all
         */
        @SuppressWarnings("NullAway") // An absent component of an API record is null.
        public static Mounted within(String name, String claim, Optional<String> folder, String path) {
            return new Mounted(
                    Volume.ofClaim(name, claim, false), new VolumeMount(path, name, folder.orElse(null), false));
        }

        /** A folder for temporary files: the root of Plinth's own image is read-only. */
        public static Mounted temporary() {
            return new Mounted(Volume.ofEmptyDir("plinth-tmp"), new VolumeMount("/tmp", "plinth-tmp", null, false));
        }

        /** Shared memory beyond the 64 MiB of a container, which data loaders and NCCL outgrow. */
        public static Mounted sharedMemory() {
            var memory = new Volume.EmptyDir(Volume.EmptyDir.Medium.Memory, null);
            return new Mounted(
                    new Volume("plinth-shm", null, null, null, memory),
                    new VolumeMount("/dev/shm", "plinth-shm", null, false));
        }
    }

    /**
     * The user's template with these additions. What the user says of image, command and arguments stays, and so does a
     * volume that the user mounts at the same path.
     */
    public MemberTemplate completing(MemberTemplate user) {
        var added = mounted.stream().filter(notMountedBy(user)).toList();
        var ownProgram = user.command().isEmpty() && user.args().isEmpty();
        return new MemberTemplate(
                user.image() == null ? orNull(image) : user.image(),
                user.imagePullPolicy(),
                user.command(),
                ownProgram ? args : user.args(),
                joined(user.env(), env.stream()),
                user.resources(),
                joined(user.volumes(), added.stream().map(Mounted::volume)),
                joined(user.volumeMounts(), added.stream().map(Mounted::mount)),
                user.nodeSelector(),
                user.tolerations(),
                user.serviceAccountName(),
                user.securityContext(),
                user.terminationGracePeriodSeconds(),
                user.priorityClassName(),
                user.overlay());
    }

    private static Predicate<Mounted> notMountedBy(MemberTemplate user) {
        return addition -> user.volumeMounts().stream()
                .noneMatch(mount -> mount.mountPath().equals(addition.mount().mountPath()));
    }

    private static <T> List<T> joined(List<T> first, Stream<T> then) {
        var all = new ArrayList<>(first);
        then.forEach(all::add);
        return all;
    }

    @SuppressWarnings("NullAway") // An absent component of an API record is null.
    private static @Nullable String orNull(Optional<String> value) {
        return value.orElse(null);
    }
}

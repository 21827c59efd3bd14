package dev.plinth.testbed.parts;

import java.net.URI;
import java.util.Optional;

/**
 * Where a program is released.
 *
 * @param file the program, or an archive that holds it
 * @param digests its SHA-256 digest, perhaps among those of other files
 * @param entry the program's name in the archive
 */
record Release(URI file, URI digests, Optional<String> entry) {
    /** The two sites that programs are released on; both end with a slash. */
    record Sites(URI kubernetes, URI github) {
        static final Sites OFFICIAL = new Sites(URI.create("https://dl.k8s.io/"), URI.create("https://github.com/"));
    }

    /** None for our own programs, and for KWOK, which is released without a digest. */
    static Optional<Release> of(Part part, GoSources sources, Sites sites, String architecture) {
        if (part == Part.KWOK || part.module().isEmpty()) {
            return Optional.empty();
        }
        var version = sources.version(part.module().get());
        var number = version.substring(1);
        return Optional.of(
                switch (part) {
                    case ETCD -> {
                        var name = "etcd-%s-linux-%s".formatted(version, architecture);
                        var folder = github(sites, "etcd-io/etcd", version);
                        yield new Release(
                                folder.resolve(name + ".tar.gz"),
                                folder.resolve("SHA256SUMS"),
                                Optional.of(name + "/etcd"));
                    }
                    case COREDNS ->
                        archive(
                                github(sites, "coredns/coredns", version),
                                "coredns_%s_linux_%s.tgz".formatted(number, architecture),
                                ".sha256",
                                "coredns");
                    case CONTAINERD, SHIM, CTR ->
                        archive(
                                github(sites, "containerd/containerd", version),
                                "containerd-%s-linux-%s.tar.gz".formatted(number, architecture),
                                ".sha256sum",
                                "bin/" + part.program());
                    case BRIDGE, HOST_LOCAL, LOOPBACK ->
                        archive(
                                github(sites, "containernetworking/plugins", version),
                                "cni-plugins-linux-%s-%s.tgz".formatted(architecture, version),
                                ".sha256",
                                "./" + part.program());
                    default -> {
                        var file = "%s/bin/linux/%s/%s".formatted(version, architecture, part.program());
                        yield new Release(
                                sites.kubernetes().resolve(file),
                                sites.kubernetes().resolve(file + ".sha256"),
                                Optional.empty());
                    }
                });
    }

    /** The last part of the file's address. */
    String fileName() {
        return file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
    }

    private static URI github(Sites sites, String project, String version) {
        return sites.github().resolve("%s/releases/download/%s/".formatted(project, version));
    }

    private static Release archive(URI folder, String file, String digestSuffix, String entry) {
        return new Release(folder.resolve(file), folder.resolve(file + digestSuffix), Optional.of(entry));
    }
}

package dev.plinth.controller.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where weights lie, by the scheme of their URI. {@code s3}, {@code oci} and {@code hf} join here as further cases.
 */
public sealed interface ModelLocation {

    /**
     * On a PersistentVolumeClaim of the model's namespace.
     *
     * @param path relative to the root of the volume
     */
    record OnClaim(String claim, String path) implements ModelLocation {}

    /** Reads a URI, empty if it is none that can be served from. */
    static Optional<ModelLocation> parse(String uri) {
        var parts = Syntax.CLAIM.matcher(uri);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var path = parts.group("path");
        // A path that climbs would leave the volume once it is joined to the mount point.
        var climbs = Arrays.asList(path.split("/", -1)).contains("..");
        return climbs ? Optional.empty() : Optional.of(new OnClaim(parts.group("claim"), path));
    }

    /** How URIs are written. */
    final class Syntax {
        private static final Pattern CLAIM =
                Pattern.compile("pvc://(?<claim>[a-z0-9]([-a-z0-9.]*[a-z0-9])?)/(?<path>[^/].*)");

        private Syntax() {}
    }
}

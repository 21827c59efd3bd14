package dev.plinth.testbed.parts;

import dev.plinth.testbed.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches Kubernetes' own programs from its release site, where that can be reached. The other parts have no release of
 * single checked programs and are built; a site that does not answer within two seconds is passed over.
 */
final class Download {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Set<Part> RELEASED = Set.of(
            Part.API_SERVER, Part.CONTROLLER_MANAGER, Part.SCHEDULER, Part.KUBECTL, Part.KUBELET, Part.KUBE_PROXY);

    private final URI site;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    Download(URI site) {
        this.site = site;
    }

    /** Fetches what it can of {@code missing} and returns what it got. */
    static Map<Part, Path> into(Path cache, Set<Part> missing, Progress progress) throws IOException {
        // Where the rest must be built anyway, building all of them shares the compile and is no slower.
        if (!RELEASED.containsAll(missing)) {
            return Map.of();
        }
        var architecture = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";
        var site = "https://dl.k8s.io/%s/bin/linux/%s/".formatted(Parts.KUBERNETES, architecture);
        return new Download(URI.create(site)).fetch(cache, missing, progress);
    }

    Map<Part, Path> fetch(Path cache, Set<Part> missing, Progress progress) throws IOException {
        var got = new EnumMap<Part, Path>(Part.class);
        for (var part : missing) {
            var wanted = digestOf(part);
            if (wanted.isEmpty()) {
                return got;
            }
            progress.now("Downloading " + part.program());
            fetch(part, wanted.get(), cache).ifPresent(path -> got.put(part, path));
        }
        return got;
    }

    private Optional<String> digestOf(Part part) {
        var request = HttpRequest.newBuilder(site.resolve(part.program() + ".sha256"))
                .timeout(PATIENCE)
                .build();
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Optional.of(answer.body().strip().split("\\s")[0])
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<Path> fetch(Part part, String wanted, Path cache) throws IOException {
        Files.createDirectories(cache);
        var partial = Files.createTempFile(cache, part.program(), ".part");
        try {
            var request = HttpRequest.newBuilder(site.resolve(part.program())).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            var sha = MessageDigest.getInstance("SHA-256");
            try (var body = new DigestInputStream(answer.body(), sha)) {
                Files.copy(body, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!HexFormat.of().formatHex(sha.digest()).equals(wanted)) {
                return Optional.empty();
            }
            Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
            return Optional.of(Files.move(partial, cache.resolve(part.program()), StandardCopyOption.ATOMIC_MOVE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}

package dev.plinth.testbed.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.Trees;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fetches programs from where they are released, each checked against the digest beside it. The first thing that goes wrong
 * ends it with one line: what is missing then is built.
 */
record Download(GoSources sources, Release.Sites sites, Progress progress) {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int SILENCE_MILLIS = 20_000;

    /** Whether a program can only be built. */
    boolean offers(Part part) {
        return Release.of(part, sources, sites, architecture()).isPresent();
    }

    /** Fetches what it can of {@code missing} into the cache. */
    void into(Path cache, Set<Part> missing) throws IOException {
        var files = new LinkedHashMap<URI, Map<Part, Release>>();
        for (var part : missing) {
            Release.of(part, sources, sites, architecture())
                    .ifPresent(release -> files.computeIfAbsent(release.file(), _ -> new LinkedHashMap<>())
                            .put(part, release));
        }
        if (files.isEmpty()) {
            return;
        }
        Files.createDirectories(cache);
        var work = Files.createTempDirectory(cache.getParent(), GoBuild.WORK);
        var number = 0;
        try {
            for (var programs : files.values()) {
                number++;
                fetch(programs, work, cache, "Downloading %2d of %d".formatted(number, files.size()));
            }
            progress.done("Downloaded %d programs"
                    .formatted(files.values().stream().mapToInt(Map::size).sum()));
        } catch (IOException | TestbedException e) {
            progress.done("No download (%s): building from source instead".formatted(reason(e)));
        } finally {
            Trees.delete(work);
        }
    }

    private void fetch(Map<Part, Release> programs, Path work, Path cache, String title) throws IOException {
        var release = programs.values().iterator().next();
        var wanted = digest(release);
        var file = work.resolve(release.fileName());
        var got = fetch(release.file(), file, title);
        if (!got.equals(wanted)) {
            throw new IOException("%s has not the digest that its release states".formatted(release.fileName()));
        }
        for (var program : programs.entrySet()) {
            var entry = program.getValue().entry();
            if (entry.isPresent()) {
                Commands.run(List.of("tar", "-xzf", file.toString(), "-C", work.toString(), entry.get()));
            }
            var unpacked = entry.map(work::resolve).orElse(file);
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(
                    unpacked,
                    cache.resolve(program.getKey().program()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(file);
    }

    /** The digest of the release's file, from lines of a digest and a file's name, or a single digest. */
    private static String digest(Release release) throws IOException {
        var lines = new ArrayList<String>();
        try (var body = open(release.digests()).getInputStream()) {
            new String(body.readNBytes(1 << 20), UTF_8).lines().forEach(lines::add);
        }
        return lines.stream()
                .filter(line -> lines.size() == 1 || line.endsWith(release.fileName()))
                .findFirst()
                .map(line -> line.strip().split("\\s")[0])
                .orElseThrow(() -> new IOException("no digest of " + release.fileName()));
    }

    /** Fetches a file and returns its digest. */
    private String fetch(URI from, Path to, String title) throws IOException {
        var connection = open(from);
        var length = connection.getContentLengthLong();
        var sha = sha256();
        try (InputStream body = connection.getInputStream();
                var out = Files.newOutputStream(to)) {
            var buffer = new byte[1 << 16];
            long done = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                out.write(buffer, 0, read);
                sha.update(buffer, 0, read);
                done += read;
                progress.now(
                        title,
                        length <= 0 ? 0 : (double) done / length,
                        "%s, %d MB".formatted(to.getFileName(), done >> 20));
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static HttpURLConnection open(URI address) throws IOException {
        var connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("%s answers %d".formatted(address, connection.getResponseCode()));
        }
        return connection;
    }

    private static String reason(Exception e) {
        return e instanceof UnknownHostException
                ? "cannot find the host " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String architecture() {
        return "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";
    }
}

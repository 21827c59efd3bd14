package dev.plinth.server.api;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Who may ask: whoever names a key of a file, one a line, such as a mounted secret. The keys of administrators stand behind the word
 * {@value #ADMIN} and a space. The file is read again when it has changed, so that
 * keys can be changed without a restart. Without a file everybody may ask. Used on one thread.
 */
public final class ApiKeys {
    private static final Logger LOG = System.getLogger(ApiKeys.class.getName());
    private static final String SCHEME = "Bearer ";
    private static final String ADMIN = "admin";
    private static final int NAME_BYTES = 8;
    private static final long LOOK_NANOS = 1_000_000_000;

    private final Optional<Path> file;
    private FileTime changed = FileTime.fromMillis(0);
    private long looked;
    private List<Key> keys = List.of();

    private record Key(byte[] digest, boolean admin) {
        static Key of(String line) {
            boolean admin = line.matches(ADMIN + "\\s.*");
            return new Key(ApiKeys.digest(admin ? line.substring(ADMIN.length()).strip() : line), admin);
        }
    }

    private ApiKeys(Optional<Path> file) {
        this.file = file;
    }

    /**
     * Reads the keys.
     *
     * @param file one key a line; blank lines and those that begin with # do not count
     * @throws IllegalArgumentException if it cannot be read or holds no key
     */
    public static ApiKeys of(Optional<Path> file) {
        ApiKeys known = new ApiKeys(file);
        try {
            if (file.isPresent()) {
                known.read(file.get());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the API keys in %s cannot be read: %s".formatted(file.get(), e), e);
        }
        return known;
    }

    /**
     * Who sends a request with this Authorization header; empty if it may not be answered. Looks for changed keys at most once a second.
     */
    Optional<Caller> caller(Optional<String> authorization) {
        if (file.isEmpty()) {
            return Optional.of(Caller.ANYBODY);
        }
        refresh(file.get());
        byte[] asked = authorization
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> digest(header.substring(SCHEME.length()).strip()))
                .orElseGet(() -> new byte[0]);
        boolean known = false;
        boolean admin = false;
        for (Key key : keys) {
            boolean same =
                    MessageDigest.isEqual(key.digest, asked); // all are looked at: how long it takes must tell nothing
            known |= same;
            admin |= same && key.admin;
        }
        return known
                ? Optional.of(new Caller(HexFormat.of().formatHex(asked, 0, NAME_BYTES), admin))
                : Optional.empty();
    }

    private void refresh(Path path) {
        if (System.nanoTime() - looked < LOOK_NANOS) {
            return;
        }
        looked = System.nanoTime();
        try {
            if (!Files.getLastModifiedTime(path).equals(changed)) {
                read(path);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(
                    Level.WARNING,
                    "the API keys in {0} cannot be read again; those from before are used: {1}",
                    path,
                    e.getMessage());
        }
    }

    private void read(Path path) throws IOException {
        FileTime time = Files.getLastModifiedTime(path);
        List<Key> read = Files.readAllLines(path).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Key::of)
                .toList();
        if (read.isEmpty()) {
            throw new IllegalArgumentException("the file " + path + " holds no API key");
        }
        keys = read;
        changed = time;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

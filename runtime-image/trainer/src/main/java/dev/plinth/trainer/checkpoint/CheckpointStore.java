package dev.plinth.trainer.checkpoint;

import dev.plinth.trainer.checkpoint.Manifest.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one job: folders {@code step-N-gG}, each with a manifest that names every other file with size and
 * digest. A folder is written under a name that begins with {@code .tmp-}, forced to disk, and renamed; so whatever bears
 * a checkpoint's name was once complete, and the digests say whether it still is.
 */
public final class CheckpointStore {
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})-g(\\d{1,18})");
    private static final String TEMPORARY = ".tmp-";

    private final Path directory;
    private final BiConsumer<String, String> onSkipped;

    /** @param onSkipped told the name of each checkpoint that is passed over as damaged, and why */
    public CheckpointStore(Path directory, BiConsumer<String, String> onSkipped) {
        this.directory = directory;
        this.onSkipped = onSkipped;
    }

    /** Writes the files of a checkpoint into a folder. */
    @FunctionalInterface
    public interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /** Asked just before a checkpoint gets its name: a member of an older generation must not publish. */
    @FunctionalInterface
    public interface Fence {
        boolean mayPublish();
    }

    /** The newest complete checkpoint: highest step, then highest generation. Damaged ones are passed over. */
    public Optional<Checkpoint> newest() throws IOException {
        for (Path folder : newestFirst()) {
            Optional<Checkpoint> checkpoint = tryOpen(folder);
            if (checkpoint.isPresent()) {
                return checkpoint;
            }
        }
        return Optional.empty();
    }

    /**
     * Opens a checkpoint by name.
     *
     * @throws IOException if it is missing or damaged
     */
    public Checkpoint open(String name) throws IOException {
        Path folder = directory.resolve(name);
        byte[] json = Files.readAllBytes(folder.resolve(Manifest.FILE));
        Manifest manifest = Manifest.parse(json);
        for (Entry entry : manifest.files()) {
            Path file = folder.resolve(entry.name());
            if (Files.size(file) != entry.bytes() || !sha256(file).equals(entry.sha256())) {
                throw new IOException(entry.name() + " is not what the manifest says");
            }
        }
        return new Checkpoint(folder, manifest, sha256(json));
    }

    /**
     * Writes a checkpoint; empty if the fence refuses, and then nothing of it stays.
     *
     * @throws IOException if the volume does not take it, and then nothing of it stays either
     */
    public Optional<Checkpoint> write(int step, long generation, double loss, Content content, Fence fence)
            throws IOException {
        String name = "step-%d-g%d".formatted(step, generation);
        Path temporary = directory.resolve(TEMPORARY + name);
        Files.createDirectories(directory);
        delete(temporary);
        try {
            Files.createDirectory(temporary);
            content.writeTo(temporary);
            Manifest manifest = new Manifest(Manifest.FORMAT, step, generation, loss, entries(temporary), true);
            byte[] json = manifest.toJson();
            Files.write(temporary.resolve(Manifest.FILE), json, StandardOpenOption.CREATE_NEW);
            force(temporary.resolve(Manifest.FILE));
            force(temporary);
            if (!fence.mayPublish()) {
                return Optional.empty();
            }
            publish(temporary, directory.resolve(name));
            return Optional.of(new Checkpoint(directory.resolve(name), manifest, sha256(json)));
        } finally {
            delete(temporary);
        }
    }

    private void publish(Path temporary, Path folder) throws IOException {
        if (Files.exists(folder)) {
            // Only a damaged one can be there: a complete one would have been resumed from.
            Path aside = directory.resolve(TEMPORARY + "damaged-" + folder.getFileName());
            delete(aside);
            Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
            delete(aside);
        }
        Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        force(directory);
    }

    /** Removes all but the newest {@code keep} checkpoints, and what interrupted writers left. */
    public void prune(int keep) throws IOException {
        List<Path> folders = newestFirst();
        for (Path folder : folders.subList(Math.min(keep, folders.size()), folders.size())) {
            delete(folder);
        }
        removeUnfinished();
    }

    /** Removes what interrupted writers left. */
    public void removeUnfinished() throws IOException {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
                for (Path folder : unfinished) {
                    delete(folder);
                }
            }
        }
    }

    private Optional<Checkpoint> tryOpen(Path folder) {
        String name = String.valueOf(folder.getFileName());
        try {
            return Optional.of(open(name));
        } catch (NoSuchFileException e) {
            onSkipped.accept(name, "there is no " + e.getFile());
        } catch (IOException e) {
            onSkipped.accept(name, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private List<Path> newestFirst() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> matcher(entry).matches())
                    .sorted(Comparator.comparingLong((Path entry) -> number(entry, 1))
                            .thenComparingLong(entry -> number(entry, 2))
                            .reversed())
                    .toList();
        }
    }

    private static Matcher matcher(Path folder) {
        return NAME.matcher(String.valueOf(folder.getFileName()));
    }

    private static long number(Path folder, int group) {
        Matcher matcher = matcher(folder);
        return matcher.matches() ? Long.parseLong(matcher.group(group)) : -1;
    }

    private static List<Entry> entries(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                force(file);
                entries.add(new Entry(String.valueOf(file.getFileName()), Files.size(file), sha256(file)));
            }
        }
        return entries;
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(byte[] manifest) {
        return "sha256:" + HexFormat.of().formatHex(digest().digest(manifest));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Makes a file's content, or a folder's entries, durable. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

package dev.plinth.trainer.checkpoint;

import java.nio.file.Path;

/**
 * A complete checkpoint.
 *
 * @param folder {@code step-N-gG} in the checkpoint directory
 * @param digest SHA-256 of the manifest's bytes, {@code sha256:} and hex digits
 */
public record Checkpoint(Path folder, Manifest manifest, String digest) {
    public String name() {
        return String.valueOf(folder.getFileName());
    }

    /** Size of all files the manifest names. */
    public long bytes() {
        return manifest.files().stream().mapToLong(Manifest.Entry::bytes).sum();
    }

    public Path file(String name) {
        return folder.resolve(name);
    }
}

package dev.plinth.trainer.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.List;

/**
 * What a checkpoint holds; the last file written into it.
 *
 * @param step optimizer steps done
 * @param generation formation of the gang that wrote it
 * @param loss of that step, in nats per token
 * @param complete always true in a manifest that counts
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(String format, int step, long generation, double loss, List<Entry> files, boolean complete) {
    public static final String FILE = "manifest.json";
    static final String FORMAT = "plinth/v1";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** One file of the checkpoint, its size in bytes and its SHA-256 in hex digits. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Entry(String name, long bytes, String sha256) {}

    static Manifest parse(byte[] json) throws IOException {
        Manifest manifest = JSON.readValue(json, Manifest.class);
        if (!FORMAT.equals(manifest.format) || !manifest.complete || manifest.files == null) {
            throw new IOException("its manifest is not a complete one of format " + FORMAT);
        }
        return manifest;
    }

    byte[] toJson() throws IOException {
        return JSON.writeValueAsBytes(this);
    }
}

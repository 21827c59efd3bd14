package dev.plinth.testbed.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The Go module that the parts are built from, as it travels in the jar. */
record GoSources(Map<String, byte[]> files) {
    private static final List<String> NAMES = List.of(
            "go.mod", "go.sum", "cmd/kube/main.go", "cmd/coredns/main.go", "cmd/pause/main.go", "cmd/walls/main.go");

    static GoSources bundled() {
        var files = new LinkedHashMap<String, byte[]>();
        for (var name : NAMES) {
            try (var content = GoSources.class.getResourceAsStream(name)) {
                if (content == null) {
                    throw new IllegalStateException("missing from the jar: " + name);
                }
                files.put(name, content.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new GoSources(files);
    }

    /** Names what is built from these sources. */
    String digest() {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            files.forEach((name, content) -> {
                sha.update(name.getBytes(UTF_8));
                sha.update(content);
            });
            return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The version of a module that these sources require, {@code v1.2.3}. */
    String version(String module) {
        var text = new String(files.getOrDefault("go.mod", new byte[0]), UTF_8);
        var line = Pattern.compile("^(?:require)?\\s+%s (v\\S+)".formatted(Pattern.quote(module)), Pattern.MULTILINE)
                .matcher(text);
        if (!line.find()) {
            throw new IllegalStateException("go.mod requires no " + module);
        }
        return line.group(1);
    }

    void writeTo(Path folder) throws IOException {
        for (var file : files.entrySet()) {
            var target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
    }
}

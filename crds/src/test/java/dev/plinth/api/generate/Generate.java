package dev.plinth.api.generate;

import java.io.IOException;
import java.nio.file.Files;

/** Writes every generated file into the source tree: {@code make crds}. */
public final class Generate {
    private Generate() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException {
        for (var file : Generated.files().entrySet()) {
            var path = Repository.ROOT.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}

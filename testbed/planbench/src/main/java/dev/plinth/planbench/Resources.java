package dev.plinth.planbench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The tables that come with the benchmark. */
final class Resources {
    private Resources() {}

    static Table table(String name) {
        return Table.parse(
                name, new String(bytes(name), StandardCharsets.UTF_8).lines().toList());
    }

    static <T> T json(String name, TypeReference<T> type) {
        try {
            return new ObjectMapper().readValue(bytes(name), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String name) {
        try (var in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.plinth.tierbench.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file.
 *
 * @param number from 1
 */
public record Line(String file, int number, String text) {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * The lines of a UTF-8 file that are not blank. A byte order mark in front is left out.
     *
     * @throws InputException if there is no such file, or it is no UTF-8
     */
    public static List<Line> of(Path file) {
        if (Files.isDirectory(file)) {
            throw new InputException(file.toString(), "is a folder; name a file in it");
        }
        if (!Files.exists(file)) {
            throw new InputException(file.toString(), "there is no such file");
        }
        var lines = new ArrayList<Line>();
        try {
            // One character a byte, so that bytes which are no UTF-8 are found in their line.
            for (var bytes : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                lines.add(decoded(file, lines.size() + 1, bytes.getBytes(StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException e) {
            throw new InputException(file.toString(), "cannot be read: " + e);
        }
        lines.removeIf(line -> line.text().isBlank());
        return lines;
    }

    private static Line decoded(Path file, int number, byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean marked = number == 1 && text.startsWith(BYTE_ORDER_MARK);
            return new Line(file.toString(), number, marked ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw new Line(file.toString(), number, "").wrong("is not UTF-8; save the file in that encoding");
        }
    }

    public InputException wrong(String reason) {
        return new InputException(file + " line " + number, reason);
    }
}

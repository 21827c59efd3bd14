package dev.plinth.trainer.data;

import dev.plinth.engine.tokens.ByteTokenizer;
import dev.plinth.engine.tokens.JsonTokenizer;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.trainer.TrainerConfig;
import dev.plinth.trainer.TrainingFailure;
import dev.plinth.trainer.TrainingFailure.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text to train on, as tokens.
 *
 * @param vocabularySize ids are 0 to this, exclusive
 * @param tokenizerJson the tokenizer as a {@code tokenizer.json}, to lie beside the weights
 */
public record Corpus(int[] tokens, int vocabularySize, String tokenizerJson) {
    private static final String BUILTIN = "builtin:";

    /**
     * Reads and encodes the text.
     *
     * @throws TrainingFailure if text or tokenizer cannot be read, or the text is no longer than one sequence
     */
    public static Corpus read(TrainerConfig.Data data, int sequenceLength) throws TrainingFailure {
        String text = text(data.path());
        String json = tokenizerJson(data.tokenizer());
        try (Tokenizer tokenizer = tokenizer(data.tokenizer(), json)) {
            int[] tokens = tokenizer.encode(text);
            if (tokens.length <= sequenceLength) {
                throw failure("the text %s has %d tokens; training on sequences of %d needs more"
                        .formatted(data.path(), tokens.length, sequenceLength));
            }
            return new Corpus(tokens, tokenizer.vocabularySize(), json);
        }
    }

    private static String text(String path) throws TrainingFailure {
        if (path.startsWith(BUILTIN)) {
            return builtin(path.substring(BUILTIN.length()));
        }
        try {
            return Files.readString(Path.of(path));
        } catch (CharacterCodingException e) {
            throw failure("the text %s is not UTF-8; convert it".formatted(path));
        } catch (IOException e) {
            throw failure(
                    "cannot read the text %s (%s): mount the volume it lies on, or name a built-in text such as builtin:shakespeare"
                            .formatted(path, e));
        }
    }

    private static String builtin(String name) throws TrainingFailure {
        try (InputStream text = Corpus.class.getResourceAsStream(name + ".txt")) {
            if (text == null) {
                throw failure("there is no built-in text \"%s\"; there is builtin:shakespeare".formatted(name));
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw failure("cannot read the built-in text %s: %s".formatted(name, e));
        }
    }

    private static String tokenizerJson(String name) throws TrainingFailure {
        if (name.equals(TrainerConfig.Data.BYTES)) {
            return ByteTokenizer.toJson();
        }
        try {
            return Files.readString(Path.of(name));
        } catch (IOException e) {
            throw failure(
                    "cannot read the tokenizer %s (%s): name Bytes or the path of a tokenizer.json in a mounted volume"
                            .formatted(name, e));
        }
    }

    private static Tokenizer tokenizer(String name, String json) throws TrainingFailure {
        try {
            return name.equals(TrainerConfig.Data.BYTES) ? new ByteTokenizer() : JsonTokenizer.of(json);
        } catch (IOException | RuntimeException e) {
            throw failure("the tokenizer %s is not one that can be used: %s".formatted(name, e.getMessage()));
        }
    }

    private static TrainingFailure failure(String message) {
        return new TrainingFailure(Exit.DATA, message);
    }
}

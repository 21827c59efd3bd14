package dev.plinth.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.JsonSchema;
import dev.plinth.engine.constraint.Regex;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.constraint.Vocabulary;
import dev.plinth.engine.tokens.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SequencedSet;
import java.util.Set;

/** What it costs to say which of 152,000 tokens may come next, as many as Qwen's models have. */
final class Masks {
    private static final int TOKENS = 152_000;
    private static final int LONGEST = 14;
    private static final int TEXTS = 5;
    private static final int TEXT_TOKENS = 60;

    private final Tokenizer tokenizer;
    private final Figures figures;

    Masks(String text, Figures figures) {
        this.tokenizer = new Pieces(pieces(text));
        this.figures = figures;
    }

    void measure() throws Exception {
        long start = System.nanoTime();
        Vocabulary vocabulary = new Vocabulary(tokenizer, TOKENS);
        figures.note("152k tokens in order, once a model", (System.nanoTime() - start) / 1e6, "ms", Better.LOWER, "");
        walk("any JSON object", JsonSchema.anyObject(), vocabulary);
        walk("a JSON string of at most 300 characters", JsonSchema.of(new ObjectMapper().readTree("""
                    {"type": "object", "properties": {"text": {"type": "string", "maxLength": 300}}, "required": ["text"]}\
                    """)), vocabulary);
        walk("[a-z ]{1,300}", new Grammar.WithRules(Regex.parse("[a-z ]{1,300}"), Map.of()), vocabulary);
    }

    private void walk(String label, Grammar.WithRules grammar, Vocabulary vocabulary) throws Exception {
        Random random = new Random(1);
        List<Double> first = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        for (int round = 0; round < TEXTS; round++) {
            TokenGrammar tokens = new TokenGrammar(grammar, vocabulary, tokenizer, Set.of());
            TokenGrammar.Follower text = tokens.follow();
            for (int i = 0; i < TEXT_TOKENS && !text.ended(); i++) {
                long start = System.nanoTime();
                BitSet allowed = text.allowed();
                long known = System.nanoTime();
                text.allowed();
                first.add((known - start) / 1e6);
                again.add((System.nanoTime() - known) / 1e6);
                int skipped = random.nextInt(allowed.cardinality());
                text.accept(allowed.stream().skip(skipped).findFirst().orElseThrow());
            }
        }
        double mean = first.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        figures.note(label + ": mask of a place, mean", mean, "ms", Better.LOWER, "");
        figures.note(label + ": mask of a place, p99", Serving.p99(first), "ms", Better.LOWER, "");
        figures.note(label + ": the same again, p99", Serving.p99(again), "ms", Better.LOWER, "");
    }

    /** Words, parts of them and of lines as they stand in a text, and characters of other scripts. */
    private static List<byte[]> pieces(String text) {
        SequencedSet<String> pieces = new LinkedHashSet<>();
        for (char one = ' '; one < 127; one++) {
            pieces.add(String.valueOf(one));
        }
        pieces.add("\n");
        for (int one = 0x4e00; one < 0x4e00 + 20_000; one++) {
            pieces.add(Character.toString(one));
        }
        Random random = new Random(1);
        while (pieces.size() < TOKENS) {
            int from = random.nextInt(text.length() - LONGEST);
            String piece = text.substring(from, from + 2 + random.nextInt(LONGEST - 2));
            int end = piece.indexOf(' ', 1);
            pieces.add(end > 0 && random.nextInt(8) > 0 ? piece.substring(0, end) : piece);
        }
        return pieces.stream()
                .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private record Pieces(List<byte[]> pieces) implements Tokenizer {
        @Override
        public int vocabularySize() {
            return pieces.size();
        }

        @Override
        public int[] encode(String text) {
            throw new UnsupportedOperationException("tokens are only given");
        }

        @Override
        public byte[] bytes(int token) {
            return pieces.get(token);
        }

        @Override
        public boolean isSpecial(int token) {
            return false;
        }

        @Override
        public OptionalInt id(String token) {
            return OptionalInt.empty();
        }
    }
}

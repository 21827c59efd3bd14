package dev.plinth.engine.constraint;

import dev.plinth.engine.tokens.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The bytes of all tokens, in order, so that what begins alike is looked at once. */
public final class Vocabulary {
    private final int[] tokens;
    private final byte[][] bytes;
    /** How many first bytes each shares with the one before it. */
    private final int[] shared;

    private final int longest;

    /** @param size ids from 0 to this, exclusive, are scored by the model */
    public Vocabulary(Tokenizer tokenizer, int size) {
        record Entry(int token, byte[] bytes) {}
        Entry[] entries = IntStream.range(0, Math.min(size, tokenizer.vocabularySize()))
                .filter(token -> !tokenizer.isSpecial(token))
                .mapToObj(token -> new Entry(token, tokenizer.bytes(token)))
                .filter(entry -> entry.bytes().length > 0)
                .sorted(Comparator.comparing(Entry::bytes, Arrays::compareUnsigned))
                .toArray(Entry[]::new);
        tokens = new int[entries.length];
        bytes = new byte[entries.length][];
        shared = new int[entries.length];
        int most = 0;
        for (int i = 0; i < entries.length; i++) {
            tokens[i] = entries[i].token();
            bytes[i] = entries[i].bytes();
            int differs = i == 0 ? 0 : Arrays.mismatch(bytes[i - 1], bytes[i]);
            shared[i] = differs < 0 ? bytes[i].length : differs;
            most = Math.max(most, bytes[i].length);
        }
        longest = most;
    }

    /** The tokens whose bytes an automaton can read in a state. */
    BitSet readable(Automaton automaton, int state, Allowance allowance) {
        BitSet readable = new BitSet();
        int[] after = new int[longest + 1];
        after[0] = state;
        int alive = longest; // so many bytes of the one before could be read
        for (int i = 0; i < tokens.length; i++) {
            if (shared[i] > alive) {
                continue; // begins like one that could not be read
            }
            int at = shared[i];
            while (at < bytes[i].length) {
                int next = automaton.next(after[at], bytes[i][at], allowance);
                if (next == Automaton.DEAD) {
                    break;
                }
                after[++at] = next;
            }
            alive = at;
            if (at == bytes[i].length) {
                readable.set(tokens[i]);
            }
        }
        return readable;
    }
}

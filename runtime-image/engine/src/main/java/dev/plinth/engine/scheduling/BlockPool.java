package dev.plinth.engine.scheduling;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Which blocks of the key-value pool are whose. A block is <em>empty</em>, <em>held</em> by one or more sequences, or
 * <em>cached</em>: held by nobody, but with a content that a later sequence may want. Cached blocks are given away, the longest
 * unused first, when no empty one is left.
 *
 * <p>Blocks of a sequence are laid one after the other where that is possible, since an engine reads such keys and values in
 * place.
 */
final class BlockPool {
    private final int[] holders;
    private final BitSet empty;
    /** Longest unused first. */
    private final SequencedMap<Integer, BlockKey> cached = new LinkedHashMap<>();

    private final Map<BlockKey, Integer> byKey = new HashMap<>();
    private final Map<Integer, BlockKey> keys = new HashMap<>();
    private final Map<Integer, BlockKey> givenAway = new LinkedHashMap<>();

    BlockPool(int blocks) {
        holders = new int[blocks];
        empty = new BitSet(blocks);
        empty.set(0, blocks);
    }

    int size() {
        return holders.length;
    }

    /** Blocks that could be taken now. */
    int available() {
        return empty.cardinality() + cached.size();
    }

    int held() {
        return size() - available();
    }

    int empty() {
        return empty.cardinality();
    }

    /**
     * Takes a block.
     *
     * @param previous the sequence's block before it, or -1
     */
    OptionalInt take(int previous) {
        int block = previous >= 0 && empty.get(previous + 1) ? previous + 1 : emptyBlock();
        if (block < 0) {
            if (cached.isEmpty()) {
                return OptionalInt.empty();
            }
            block = cached.firstEntry().getKey();
            BlockKey key = keys.get(block);
            if (key != null) {
                givenAway.putIfAbsent(block, key);
            }
            forget(block);
        }
        empty.clear(block);
        holders[block] = 1;
        return OptionalInt.of(block);
    }

    /** The contents that were known and given away since this was asked last, by the blocks in which they still lie. */
    Map<Integer, BlockKey> givenAway() {
        Map<Integer, BlockKey> given = Map.copyOf(givenAway);
        givenAway.clear();
        return given;
    }

    /** Takes {@code count} empty blocks that follow each other, or none. */
    List<Integer> takeRun(int count) {
        Gap gap = largestGap();
        if (count == 0 || gap.length < count) {
            return List.of();
        }
        List<Integer> run = new ArrayList<>();
        int first = gap.start(count);
        for (int block = first; block < first + count; block++) {
            empty.clear(block);
            holders[block] = 1;
            run.add(block);
        }
        return run;
    }

    /** The block with this content, which is then held once more. */
    OptionalInt share(BlockKey key) {
        Integer block = byKey.get(key);
        if (block == null) {
            return OptionalInt.empty();
        }
        cached.remove(block);
        holders[block]++;
        return OptionalInt.of(block);
    }

    boolean knows(BlockKey key) {
        return byKey.containsKey(key);
    }

    /** Says what a held block contains, from now on for ever. The first block of a content is the one that is shared. */
    void fill(int block, BlockKey key) {
        if (byKey.putIfAbsent(key, block) == null) {
            keys.put(block, key);
        }
    }

    /** One sequence less holds the block. */
    void release(int block) {
        if (holders[block] <= 0) {
            throw new IllegalStateException("block " + block + " is released and nobody holds it");
        }
        if (--holders[block] == 0) {
            BlockKey key = keys.get(block);
            if (key == null) {
                empty.set(block);
            } else {
                cached.put(block, key);
            }
        }
    }

    int holders(int block) {
        return holders[block];
    }

    private void forget(int block) {
        cached.remove(block);
        BlockKey key = keys.remove(block);
        if (key != null) {
            byKey.remove(key);
        }
    }

    private int emptyBlock() {
        Gap gap = largestGap();
        return gap.length == 0 ? -1 : gap.start(1);
    }

    private Gap largestGap() {
        Gap largest = new Gap(0, 0);
        for (int start = empty.nextSetBit(0); start >= 0; ) {
            int end = empty.nextClearBit(start);
            if (end - start > largest.length) {
                largest = new Gap(start, end - start);
            }
            start = empty.nextSetBit(end);
        }
        return largest;
    }

    private record Gap(int first, int length) {
        /** Where to begin in it: in the middle if that leaves room, so that the sequence before the gap can grow too. */
        int start(int count) {
            int middle = length / 2;
            return first > 0 && length - middle >= 2 * count ? first + middle : first;
        }
    }
}

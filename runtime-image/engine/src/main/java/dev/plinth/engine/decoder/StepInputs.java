package dev.plinth.engine.decoder;

import dev.plinth.engine.Engine.Row;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The arguments of a step as {@code decoder.py} takes them.
 *
 * @param rows six numbers a row, read where the step is planned
 * @param lists what its arrays are made of, as one, so that one array goes to the device
 */
record StepInputs(long[] rows, long[] lists) {
    private static final int NUMBERS_PER_ROW = 6;

    /** @param together whether rows of one token attend in one operation, through their blocks */
    StepInputs(List<Row> rows, int blockTokens, boolean together) {
        this(numbers(rows, blockTokens), new Lists(rows, blockTokens, together).joined());
    }

    private static long[] numbers(List<Row> rows, int blockTokens) {
        long[] numbers = new long[rows.size() * NUMBERS_PER_ROW];
        int at = 0;
        int next = 0;
        for (Row row : rows) {
            numbers[next++] = at;
            numbers[next++] = row.tokens().size();
            numbers[next++] = row.length();
            numbers[next++] = contiguous(row) ? (long) row.blocks().getFirst() * blockTokens : -1;
            numbers[next++] = row.scores() ? 1 : 0;
            numbers[next++] = row.adapter();
            at += row.tokens().size();
        }
        return numbers;
    }

    private static final class Lists {
        private final LongStream.Builder tokens = LongStream.builder();
        private final LongStream.Builder positions = LongStream.builder();
        private final LongStream.Builder slots = LongStream.builder();
        private final LongStream.Builder wanted = LongStream.builder();
        private final LongStream.Builder scattered = LongStream.builder();
        private final LongStream.Builder single = LongStream.builder();
        private final LongStream.Builder blocks = LongStream.builder();

        Lists(List<Row> rows, int blockTokens, boolean together) {
            int most = rows.stream()
                    .filter(row -> row.tokens().size() == 1)
                    .mapToInt(row -> usedBlocks(row, blockTokens))
                    .max()
                    .orElse(0);
            int at = 0;
            for (Row row : rows) {
                for (int position = row.position(); position < row.length(); position++) {
                    tokens.add(row.tokens().get(position - row.position()));
                    positions.add(position);
                    slots.add(slot(row, position, blockTokens));
                }
                if (together && row.tokens().size() == 1) {
                    single.add(at);
                    blocks(row, usedBlocks(row, blockTokens), most);
                } else if (!contiguous(row)) {
                    for (int position = 0; position < row.length(); position++) {
                        scattered.add(slot(row, position, blockTokens));
                    }
                }
                at += row.tokens().size();
                if (row.scores()) {
                    wanted.add(at - 1);
                }
            }
        }

        /** The places of blocks that longer rows have are filled with the row's own first, so that it never reads another's. */
        private void blocks(Row row, int used, int most) {
            for (int i = 0; i < most; i++) {
                blocks.add(row.blocks().get(i < used ? i : 0));
            }
        }

        long[] joined() {
            return Stream.of(tokens, positions, slots, wanted, scattered, single, blocks)
                    .flatMapToLong(LongStream.Builder::build)
                    .toArray();
        }
    }

    private static int usedBlocks(Row row, int blockTokens) {
        return Math.ceilDiv(row.length(), blockTokens);
    }

    private static boolean contiguous(Row row) {
        List<Integer> blocks = row.blocks();
        for (int i = 1; i < blocks.size(); i++) {
            if (blocks.get(i) != blocks.get(i - 1) + 1) {
                return false;
            }
        }
        return true;
    }

    private static long slot(Row row, int position, int blockTokens) {
        return (long) row.blocks().get(position / blockTokens) * blockTokens + position % blockTokens;
    }
}

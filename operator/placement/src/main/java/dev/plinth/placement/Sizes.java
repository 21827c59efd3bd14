package dev.plinth.placement;

import java.util.stream.IntStream;

/** How many members an elastic gang may start with. */
final class Sizes {
    private Sizes() {}

    /** From all members down to the fewest, none below the pinned ones; in whole steps of the elastic dimension. */
    static IntStream of(GangRequest request) {
        int step = step(request);
        int least = least(request);
        return IntStream.iterate(request.size(), size -> size >= least, size -> size - step);
    }

    static int least(GangRequest request) {
        int step = step(request);
        int wanted = Math.clamp(request.extras().minSize(), step, request.size());
        int kept = request.pinned().isEmpty() ? 1 : request.pinned().lastKey() + 1;
        int least = Math.max(wanted, kept);
        return request.size() - (request.size() - least) / step * step;
    }

    /** Members that one more or less of the elastic degree makes. A mesh without an elastic dimension has one size. */
    static int step(GangRequest request) {
        if (request.mesh().isNone()) {
            return 1;
        }
        return request.mesh()
                .elastic()
                .map(request.mesh()::degree)
                .filter(degree -> degree.isPresent())
                .map(degree -> request.size() / degree.getAsInt())
                .orElse(request.size());
    }
}

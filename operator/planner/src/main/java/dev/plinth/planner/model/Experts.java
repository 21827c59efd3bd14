package dev.plinth.planner.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * A mixture of experts in place of the feed-forward part (2101.03961).
 *
 * @param count routed experts of one layer
 * @param active routed experts one token passes through
 * @param each one expert
 * @param sharedInner inner length of what every token passes besides; 0 if nothing
 * @param routerBias bias of the router
 * @param balanceVector one learned number an expert that balances the load (2408.15664)
 * @param firstDense layers at the start that have the dense feed-forward part instead
 */
public record Experts(
        int count,
        int active,
        FeedForward each,
        int sharedInner,
        boolean routerBias,
        boolean balanceVector,
        int firstDense) {
    List<Matrix> matrices(int hidden) {
        var router = Matrix.whole("router", hidden, count, routerBias);
        var routed = each.matrices(hidden).stream().map(matrix -> matrix.forEachOf(count, active));
        var shared = sharedInner == 0
                ? Stream.<Matrix>empty()
                : new FeedForward(sharedInner, each.gated(), each.bias()).matrices(hidden).stream();
        return Stream.of(Stream.of(router), routed, shared)
                .flatMap(each -> each)
                .toList();
    }
}

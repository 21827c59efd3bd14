package dev.plinth.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Betters a repair: each member that is not pinned moves to where the whole gang gains most, as long as one does. What a member costs
 * beside its neighbours, by which {@link Insertion} goes, is not what the slowest link of the gang costs.
 */
record Relocation(MeshProblem problem, Domain scope, Budget budget) {
    /** Places that are looked at for a member, those nearest to its neighbours first. */
    private static final int CANDIDATES = 64;

    Score improve(Loads loads, Score start) {
        var choices = new Choices(problem, loads, scope);
        var movable = IntStream.range(0, problem.size())
                .filter(member -> !problem.request().pinned().containsKey(member))
                .toArray();
        var nodes = Arrays.stream(movable).map(loads::nodeOf).toArray();
        Arrays.stream(movable).forEach(loads::take);
        for (int i = 0; i < movable.length; i++) {
            choices.put(movable[i], nodes[i]);
        }
        var score = start;
        boolean better = true;
        while (better) {
            better = false;
            for (int member : movable) {
                if (!budget.take(choices.width())) {
                    return score;
                }
                var next = moved(loads, choices, member, score);
                better |= next.compareTo(score) < 0;
                score = next;
            }
        }
        return score;
    }

    private Score moved(Loads loads, Choices choices, int member, Score start) {
        int best = loads.nodeOf(member);
        var score = start;
        choices.take(member);
        for (int node : nearest(loads, choices, member)) {
            if (!budget.take(3L * problem.size())) {
                break;
            }
            choices.put(member, node);
            var next = problem.score(loads);
            if (next.compareTo(score) < 0 && problem.isLegal(loads)) {
                score = next;
                best = node;
            }
            choices.take(member);
        }
        choices.put(member, best);
        return score;
    }

    private int[] nearest(Loads loads, Choices choices, int member) {
        var insertion = new Insertion(problem, false);
        var pull = new Pull(problem, loads, member);
        record Candidate(int node, double cost) {}
        return Arrays.stream(choices.of(member))
                .mapToObj(node -> new Candidate(node, insertion.cost(pull, node)))
                .sorted(Comparator.comparingDouble(Candidate::cost))
                .limit(CANDIDATES)
                .mapToInt(Candidate::node)
                .toArray();
    }
}

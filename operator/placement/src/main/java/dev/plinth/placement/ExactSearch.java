package dev.plinth.placement;

import java.util.Arrays;
import java.util.Optional;

/**
 * Tries every placement that could be better than the best one known, members in rank order, and leaves out what cannot be: a
 * part of a placement costs at least what its traffic costs if all later members join the domains where they make room.
 */
final class ExactSearch {
    private final MeshProblem problem;
    private final Budget budget;
    private final Loads loads;
    private Optional<Score> best;
    private int[] bestNodes = new int[0];

    ExactSearch(MeshProblem problem, Loads start, Optional<Score> known, Budget budget) {
        this.problem = problem;
        this.loads = start;
        this.best = known;
        this.budget = budget;
    }

    /** Node positions of something better than what was known; empty if nothing was found. */
    Optional<int[]> search(Domain scope) {
        descend(new Choices(problem, loads, scope), 0);
        return bestNodes.length == 0 ? Optional.empty() : Optional.of(bestNodes);
    }

    Optional<Score> best() {
        return best;
    }

    private void descend(Choices choices, int from) {
        int member = from;
        while (member < problem.size() && loads.isPlaced(member)) {
            member++;
        }
        if (member == problem.size()) {
            var score = problem.score(loads);
            if ((best.isEmpty() || score.compareTo(best.get()) < 0)
                    && ExtraPods.of(problem, loads).isPresent()) {
                best = Optional.of(score);
                var nodes = new int[problem.size()];
                Arrays.setAll(nodes, loads::nodeOf);
                bestNodes = nodes;
            }
            return;
        }
        int rest = 0;
        for (int later = member + 1; later < problem.size(); later++) {
            rest += loads.isPlaced(later) ? 0 : 1;
        }
        for (int node : choices.of(member)) {
            if (!budget.take(choices.width())) {
                return;
            }
            choices.put(member, node);
            if (canBeBetter(choices.later(rest))) {
                descend(choices, member + 1);
            }
            choices.take(member);
        }
    }

    private boolean canBeBetter(Loads.Later later) {
        if (best.isEmpty() || best.get().broken() > 0) {
            return true;
        }
        long own = Score.picos(loads.ownSeconds(later));
        if (own != best.get().ownPicos()) {
            return own < best.get().ownPicos();
        }
        return Score.of(0, 0, loads.busiestUplink(), 0, 0).uplinkClass()
                <= best.get().uplinkClass();
    }
}

package dev.plinth.recovery;

import dev.plinth.recovery.Action.GiveUp;
import dev.plinth.recovery.Action.None;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.Action.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Decides what is done about a gang, given all that is wrong with it now. */
public final class Recovery {
    private Recovery() {}

    /**
     * Any number of losses at once lead to one new formation. Called again with the same signals after that formation has been
     * written down, the answer is {@link None}, so a caller may crash between any two writes.
     */
    public static Action next(GangState state, List<Signal> signals, RecoveryPolicy policy, Instant now) {
        var diagnosis = Diagnosis.of(state, signals, policy);
        if (diagnosis.losses().isEmpty()) {
            return diagnosis.suspects().isEmpty() ? new None() : waitForProof(diagnosis, policy, now);
        }
        boolean ownFailure = diagnosis.losses().values().stream().anyMatch(Loss::ownFailure);
        if (ownFailure) {
            if (!diagnosis.suspects().isEmpty()) {
                return waitForProof(diagnosis, policy, now);
            }
            if (state.restarts() >= policy.maxRestarts()) {
                return new GiveUp(
                        "all " + policy.maxRestarts() + " restarts are used up; last: " + words(diagnosis.losses()));
            }
        }
        return reform(state, diagnosis, policy, now, ownFailure);
    }

    private static Action waitForProof(Diagnosis diagnosis, RecoveryPolicy policy, Instant now) {
        var longest = diagnosis.suspects().values().stream()
                .max(java.time.Duration::compareTo)
                .orElseThrow();
        var until = now.plus(policy.hung()).minus(longest);
        return new Wait(
                until.isAfter(now) ? until : now.plus(policy.silence()),
                "no report from " + members(diagnosis.suspects().keySet()) + " for " + longest.toSeconds() + " s");
    }

    private static Reform reform(
            GangState state, Diagnosis diagnosis, RecoveryPolicy policy, Instant now, boolean ownFailure) {
        var losses = diagnosis.losses();
        boolean whole = switch (state.scope()) {
            case MEMBER -> false;
            case GANG -> true;
            case GANG_IF_FIRST -> losses.containsKey(0);
        };
        var replaced = whole
                ? IntStream.range(0, state.size()).boxed().collect(Collectors.toCollection(java.util.TreeSet::new))
                : new java.util.TreeSet<>(losses.keySet());
        var incarnations = new TreeMap<>(state.incarnations());
        replaced.forEach(index -> incarnations.merge(index, 1, Integer::sum));
        var survivors = new TreeMap<>(state.nodes());
        survivors.keySet().removeAll(replaced);
        var faults = new ArrayList<Fault>();
        losses.forEach((index, loss) -> faults.add(
                new Fault(now, state.generation(), index, state.node(index), loss.exitCode(), state.step())));
        var avoid = new TreeMap<>(diagnosis.lostNodes());
        state.history()
                .plus(faults)
                .lemons(policy.strikes(), now.minus(policy.strikeMemory()))
                .forEach(node -> avoid.putIfAbsent(node, "members failed there " + policy.strikes() + " times"));
        return new Reform(
                state.generation() + 1,
                incarnations,
                state.restarts() + (ownFailure ? 1 : 0),
                replaced,
                survivors,
                avoid,
                faults,
                words(losses));
    }

    private static String words(SortedMap<Integer, Loss> losses) {
        return losses.entrySet().stream()
                .map(loss -> "member " + loss.getKey() + " " + loss.getValue().words())
                .collect(Collectors.joining(", "));
    }

    private static String members(java.util.Set<Integer> indices) {
        return indices.stream().map(index -> "member " + index).collect(Collectors.joining(", "));
    }

    /** How a member was lost. */
    record Loss(String words, OptionalInt exitCode, boolean ownFailure) {}
}

package dev.plinth.recovery;

import dev.plinth.recovery.Action.GiveUp;
import dev.plinth.recovery.Action.None;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.Action.Wait;
import dev.plinth.recovery.Diagnosis.Loss;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Decides what is done about a gang, given all that is wrong with it now. */
public final class Recovery {
    private Recovery() {}

    /**
     * Any number of losses at once lead to one new formation. Called again with the same signals after that formation has been
     * written down, the answer is {@link None}, so a caller may crash between any two writes.
     *
     * <p>When what the members run has changed, all are replaced at once, and the restart budget begins anew.
     *
     * <p>A lost node or a deleted pod is healed at once and as often as it happens. When members fail by themselves, the restart
     * counts, a crash loop ends the gang, and restarts without progress come ever slower. Failures that come together with a lost
     * node are taken for its consequence.
     */
    public static Action next(GangState state, List<Signal> signals, RecoveryPolicy policy, Instant now) {
        var diagnosis = Diagnosis.of(state, signals, policy, now);
        if (isOutdated(state, signals)) {
            return renewal(state, diagnosis);
        }
        var losses = diagnosis.losses();
        if (losses.isEmpty()) {
            return diagnosis.doubt().<Action>map(Recovery::waiting).orElse(new None());
        }
        var faults = faults(state, losses, now);
        Optional<Action> objection =
                Fault.toBlame(faults).flatMap(fault -> objection(state, diagnosis, fault, policy, now));
        return objection.orElseGet(() -> reform(state, diagnosis, faults, policy, now));
    }

    private static boolean isOutdated(GangState state, List<Signal> signals) {
        return signals.stream()
                .anyMatch(signal -> signal instanceof Signal.MemberOutdated(var index, var incarnation)
                        && incarnation == state.incarnation(index));
    }

    /** All members together, with the whole restart budget: failures of what ran before say nothing about what runs now. */
    private static Reform renewal(GangState state, Diagnosis diagnosis) {
        var everybody = new TreeSet<Integer>();
        var incarnations = new TreeMap<Integer, Integer>();
        for (int index = 0; index < state.size(); index++) {
            everybody.add(index);
            incarnations.put(index, state.incarnation(index) + 1);
        }
        return new Reform(
                state.generation() + 1,
                incarnations,
                0,
                everybody,
                new TreeMap<>(),
                diagnosis.lostNodes(),
                new TreeMap<>(),
                List.of(),
                "what the members run has changed");
    }

    /** Why members that failed by themselves are not restarted, or not yet. */
    private static Optional<Action> objection(
            GangState state, Diagnosis diagnosis, Fault fault, RecoveryPolicy policy, Instant now) {
        if (diagnosis.doubt().isPresent()) {
            return diagnosis.doubt().map(Recovery::waiting);
        }
        var words = words(diagnosis.losses());
        if (state.restarts() >= policy.maxRestarts()) {
            return Optional.of(new GiveUp("all " + policy.maxRestarts() + " restarts are used up; last, " + words));
        }
        int equal = 1 + state.history().equalTo(fault, policy.loopWindow());
        if (equal >= policy.equalFailures()) {
            var where = fault.step().isPresent() ? " at step " + fault.step().getAsLong() : "";
            return Optional.of(new GiveUp("crash loop: " + equal + " times in a row" + where + "; last, " + words
                    + "; restarting does not help"));
        }
        int idle = state.history().withoutProgress(fault, policy.loopWindow());
        if (idle > 0) {
            var until = state.history().faults().getLast().at().plus(policy.backoff(idle));
            if (until.isAfter(now)) {
                return Optional.of(new Wait(until, "restart " + (idle + 1) + " without progress; " + words));
            }
        }
        return Optional.empty();
    }

    private static Reform reform(
            GangState state, Diagnosis diagnosis, List<Fault> faults, RecoveryPolicy policy, Instant now) {
        var replaced = replaced(state, diagnosis);
        var incarnations = new TreeMap<>(state.incarnations());
        replaced.forEach(index -> incarnations.merge(index, 1, Integer::sum));
        var survivors = new TreeMap<>(state.nodes());
        survivors.keySet().removeAll(replaced);
        var lemons = new TreeMap<String, String>();
        state.history()
                .plus(faults)
                .lemons(policy.strikes(), now.minus(policy.strikeMemory()))
                .forEach(node -> lemons.put(node, "members failed there " + policy.strikes() + " times or more"));
        return new Reform(
                state.generation() + 1,
                incarnations,
                state.restarts() + (Fault.toBlame(faults).isPresent() ? 1 : 0),
                replaced,
                survivors,
                diagnosis.lostNodes(),
                lemons,
                faults,
                words(diagnosis.losses()));
    }

    private static SortedSet<Integer> replaced(GangState state, Diagnosis diagnosis) {
        boolean whole = switch (state.scope()) {
            case MEMBER -> false;
            case GANG -> true;
            case GANG_IF_FIRST -> diagnosis.losses().containsKey(0);
        };
        if (whole) {
            return IntStream.range(0, state.size()).boxed().collect(Collectors.toCollection(TreeSet::new));
        }
        var replaced = new TreeSet<>(diagnosis.losses().keySet());
        replaced.addAll(diagnosis.done());
        return replaced;
    }

    private static List<Fault> faults(GangState state, SortedMap<Integer, Loss> losses, Instant now) {
        var faults = new ArrayList<Fault>();
        losses.forEach((index, loss) -> faults.add(new Fault(
                now, state.generation(), index, loss.cause(), state.node(index), loss.exitCode(), state.step())));
        return faults;
    }

    private static Wait waiting(Diagnosis.Doubt doubt) {
        return new Wait(doubt.until(), doubt.why());
    }

    /** One clause for each way members were lost: {@code members 2, 3 lost with node n7: ...}. */
    private static String words(SortedMap<Integer, Loss> losses) {
        var byWords = new TreeMap<String, List<Integer>>();
        losses.forEach((index, loss) -> byWords.computeIfAbsent(loss.words(), words -> new ArrayList<>())
                .add(index));
        return byWords.entrySet().stream()
                .map(way -> members(way.getValue()) + " " + way.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String members(List<Integer> indices) {
        int named = 8;
        var names = indices.stream().limit(named).map(String::valueOf).collect(Collectors.joining(", "));
        var more = indices.size() > named ? " and " + (indices.size() - named) + " more" : "";
        return (indices.size() == 1 ? "member " : "members ") + names + more;
    }
}

package dev.plinth.recovery;

import dev.plinth.recovery.Recovery.Loss;
import dev.plinth.recovery.Signal.MemberFailed;
import dev.plinth.recovery.Signal.MemberGone;
import dev.plinth.recovery.Signal.MemberSilent;
import dev.plinth.recovery.Signal.NodeLost;
import dev.plinth.recovery.Signal.PeerSuspected;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the signals add up to.
 *
 * @param losses members that are lost for certain, by index; the surest cause of each
 * @param suspects silence by index of members that may be lost
 * @param lostNodes evidence by node
 */
record Diagnosis(
        SortedMap<Integer, Loss> losses, SortedMap<Integer, Duration> suspects, SortedMap<String, String> lostNodes) {
    static Diagnosis of(GangState state, List<Signal> signals, RecoveryPolicy policy) {
        var losses = new TreeMap<Integer, Loss>();
        var suspects = new TreeMap<Integer, Duration>();
        var lostNodes = new TreeMap<String, String>();
        for (var signal : signals) {
            switch (signal) {
                case NodeLost(var node, var evidence) -> {
                    lostNodes.put(node, evidence);
                    state.nodes().forEach((index, on) -> {
                        if (on.equals(node)) {
                            losses.put(
                                    index,
                                    new Loss(
                                            "lost with node " + node + " (" + evidence + ")",
                                            OptionalInt.empty(),
                                            false));
                        }
                    });
                }
                case MemberGone(var index, var incarnation) -> {
                    if (current(state, index, incarnation)) {
                        losses.putIfAbsent(index, new Loss("is gone: its pod was deleted", OptionalInt.empty(), false));
                    }
                }
                case MemberFailed(var index, var incarnation, var exitCode) -> {
                    if (current(state, index, incarnation)) {
                        losses.putIfAbsent(
                                index, new Loss("failed with exit code " + exitCode, OptionalInt.of(exitCode), true));
                    }
                }
                case MemberSilent(var index, var incarnation, var silence) -> {
                    if (current(state, index, incarnation) && silence.compareTo(policy.silence()) > 0) {
                        suspects.merge(index, silence, (a, b) -> a.compareTo(b) > 0 ? a : b);
                    }
                }
                case PeerSuspected _ -> {}
            }
        }
        suspects.keySet().removeAll(losses.keySet());
        return new Diagnosis(losses, suspects, lostNodes);
    }

    private static boolean current(GangState state, int index, int incarnation) {
        return 0 <= index && index < state.size() && incarnation == state.incarnation(index);
    }
}

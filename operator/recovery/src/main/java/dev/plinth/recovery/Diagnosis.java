package dev.plinth.recovery;

import dev.plinth.recovery.Fault.Cause;
import dev.plinth.recovery.Signal.MemberDone;
import dev.plinth.recovery.Signal.MemberFailed;
import dev.plinth.recovery.Signal.MemberGone;
import dev.plinth.recovery.Signal.MemberRejected;
import dev.plinth.recovery.Signal.MemberSilent;
import dev.plinth.recovery.Signal.NodeLost;
import dev.plinth.recovery.Signal.NodeSuspect;
import dev.plinth.recovery.Signal.PeerSuspected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the signals add up to.
 *
 * @param losses members that are lost for certain, by index
 * @param done members that have finished
 * @param lostNodes evidence by node
 * @param doubt until when it is open whether more is lost, and why
 */
record Diagnosis(
        SortedMap<Integer, Loss> losses,
        SortedSet<Integer> done,
        SortedMap<String, String> lostNodes,
        Optional<Doubt> doubt) {
    /** How a member was lost. */
    record Loss(Cause cause, OptionalInt exitCode, String words) {}

    record Doubt(Instant until, String why) {}

    static Diagnosis of(GangState state, List<Signal> signals, RecoveryPolicy policy, Instant now) {
        return new Reader(state, signals, policy, now).diagnosis();
    }

    /** Reads the signals from the surest to the vaguest, so that each member is lost by its surest cause. */
    private record Reader(GangState state, List<Signal> signals, RecoveryPolicy policy, Instant now) {
        Diagnosis diagnosis() {
            var losses = new TreeMap<Integer, Loss>();
            var lostNodes = lostNodes();
            state.nodes().forEach((index, node) -> {
                var evidence = lostNodes.get(node);
                if (evidence != null) {
                    losses.put(
                            index,
                            new Loss(Cause.NODE_LOST, OptionalInt.empty(), "lost with node " + node + ": " + evidence));
                }
            });
            for (var signal : signals) {
                if (signal instanceof MemberGone(var index, var incarnation) && current(index, incarnation)) {
                    losses.putIfAbsent(
                            index, new Loss(Cause.DELETED, OptionalInt.empty(), "gone: its pod was deleted"));
                }
            }
            for (var signal : signals) {
                if (signal instanceof MemberFailed(var index, var incarnation, var code)
                        && code != 0
                        && current(index, incarnation)) {
                    losses.putIfAbsent(
                            index, new Loss(Cause.FAILED, OptionalInt.of(code), "failed with exit code " + code));
                }
            }
            for (var signal : signals) {
                if (signal instanceof MemberRejected(var index, var incarnation, var why)
                        && current(index, incarnation)) {
                    losses.putIfAbsent(
                            index, new Loss(Cause.REJECTED, OptionalInt.empty(), "rejected by its node: " + why));
                }
            }
            var done = done();
            done.removeAll(losses.keySet());
            var doubt = judgeSilence(losses, state.size() - done.size()).or(this::suspectNode);
            return new Diagnosis(losses, done, lostNodes, doubt);
        }

        private SortedSet<Integer> done() {
            var done = new TreeSet<Integer>();
            for (var signal : signals) {
                if (signal instanceof MemberDone(var index, var incarnation) && current(index, incarnation)) {
                    done.add(index);
                }
            }
            return done;
        }

        private SortedMap<String, String> lostNodes() {
            var lost = new TreeMap<String, String>();
            for (var signal : signals) {
                if (signal instanceof NodeLost(var node, var evidence)) {
                    lost.putIfAbsent(node, evidence);
                }
            }
            return lost;
        }

        /**
         * A silent member is hung once a peer that does report cannot reach it, or after a long silence. But if nobody in the gang
         * reports, it is the way to the operator that is broken, and nobody is hung for that.
         */
        private Optional<Doubt> judgeSilence(SortedMap<Integer, Loss> losses, int working) {
            var silent = silences();
            silent.keySet().removeAll(losses.keySet());
            if (silent.isEmpty()) {
                return Optional.empty();
            }
            var longest = silent.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
            if (silent.size() + losses.size() == working) {
                var why = "no member has reported for " + longest.toSeconds()
                        + " s; if the pods are running, look at the way from them to the operator";
                return losses.isEmpty() ? Optional.of(new Doubt(now.plus(policy.silence()), why)) : Optional.empty();
            }
            var suspectedByPeers = suspectedByPeers(silent);
            silent.forEach((index, silence) -> {
                var words = "silent for " + silence.toSeconds() + " s";
                if (suspectedByPeers.contains(index)) {
                    losses.put(
                            index, new Loss(Cause.HUNG, OptionalInt.empty(), words + " and unreachable for its peers"));
                } else if (silence.compareTo(policy.hung()) > 0) {
                    losses.put(index, new Loss(Cause.HUNG, OptionalInt.empty(), words));
                }
            });
            silent.keySet().removeAll(losses.keySet());
            return silent.values().stream()
                    .max(Duration::compareTo)
                    .map(silence -> new Doubt(
                            now.plus(policy.hung()).minus(silence).plusMillis(1),
                            "members " + silent.keySet() + " silent for up to " + silence.toSeconds() + " s"));
        }

        private SortedMap<Integer, Duration> silences() {
            var silences = new TreeMap<Integer, Duration>();
            for (var signal : signals) {
                if (signal instanceof MemberSilent(var index, var incarnation, var silence)
                        && current(index, incarnation)
                        && silence.compareTo(policy.silence()) > 0) {
                    silences.merge(index, silence, (a, b) -> a.compareTo(b) > 0 ? a : b);
                }
            }
            return silences;
        }

        private SortedSet<Integer> suspectedByPeers(SortedMap<Integer, Duration> silent) {
            var suspected = new TreeSet<Integer>();
            for (var signal : signals) {
                if (signal instanceof PeerSuspected(var by, var index, var incarnation)
                        && current(index, incarnation)
                        && by != index
                        && !silent.containsKey(by)) {
                    suspected.add(index);
                }
            }
            return suspected;
        }

        private Optional<Doubt> suspectNode() {
            Optional<Doubt> doubt = Optional.empty();
            for (var signal : signals) {
                if (signal instanceof NodeSuspect(var node, var until, var why)
                        && state.nodes().containsValue(node)
                        && until.isAfter(now)
                        && doubt.map(Doubt::until).map(until::isAfter).orElse(true)) {
                    doubt = Optional.of(new Doubt(until, "node " + node + " may be lost: " + why));
                }
            }
            return doubt;
        }

        private boolean current(int index, int incarnation) {
            return 0 <= index && index < state.size() && incarnation == state.incarnation(index);
        }
    }
}

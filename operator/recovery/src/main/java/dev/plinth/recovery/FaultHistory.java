package dev.plinth.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The faults of one gang, oldest first; only the newest {@link #CAPACITY} are kept. */
public record FaultHistory(List<Fault> faults) {
    public static final int CAPACITY = 256;
    public static final FaultHistory NONE = new FaultHistory(List.of());

    public FaultHistory {
        faults = List.copyOf(faults.subList(Math.max(0, faults.size() - CAPACITY), faults.size()));
    }

    public FaultHistory plus(List<Fault> more) {
        return new FaultHistory(Stream.concat(faults.stream(), more.stream()).toList());
    }

    /**
     * Nodes that were alone to fail in at least {@code strikes} formations since {@code since}. A fault on several nodes at once
     * blames none of them, and neither does a deleted pod.
     */
    public SortedSet<String> lemons(int strikes, Instant since) {
        var counts = new TreeMap<String, Integer>();
        for (var round : rounds().values()) {
            var nodes = new TreeSet<String>();
            round.stream()
                    .filter(fault ->
                            fault.cause() != Fault.Cause.DELETED && !fault.at().isBefore(since))
                    .flatMap(fault -> fault.node().stream())
                    .forEach(nodes::add);
            if (nodes.size() == 1) {
                counts.merge(nodes.first(), 1, Integer::sum);
            }
        }
        counts.values().removeIf(count -> count < strikes);
        return new TreeSet<>(counts.keySet());
    }

    /** How many formations in a row, up to now, ended just like {@code last}. */
    int equalTo(Fault last, Duration window) {
        return inARow(last, window, fault -> fault.looksLike(last));
    }

    /** How many formations in a row, up to now, ended without a step more than before. */
    int withoutProgress(Fault last, Duration window) {
        return inARow(last, window, fault -> !progressed(fault.step(), last.step()));
    }

    /** Formations that ended by the members' own failure; where no step is known, only those shortly after one another belong. */
    private int inARow(Fault last, Duration window, Predicate<Fault> belongs) {
        int count = 0;
        var later = last;
        for (var round : rounds().reversed().values()) {
            var blamed = Fault.toBlame(round);
            if (blamed.isEmpty()) {
                continue;
            }
            var fault = blamed.get();
            boolean apart = fault.step().isEmpty() && fault.at().plus(window).isBefore(later.at());
            if (apart || !belongs.test(fault)) {
                break;
            }
            count++;
            later = fault;
        }
        return count;
    }

    private static boolean progressed(OptionalLong before, OptionalLong after) {
        return after.isPresent() && (before.isEmpty() || after.getAsLong() > before.getAsLong());
    }

    /** Faults by the generation that they ended. */
    private SortedMap<Integer, List<Fault>> rounds() {
        var rounds = new TreeMap<Integer, List<Fault>>();
        faults.forEach(fault -> rounds.computeIfAbsent(fault.generation(), generation -> new ArrayList<>())
                .add(fault));
        return rounds;
    }
}

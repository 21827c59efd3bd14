package dev.plinth.recovery;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The faults of one gang, oldest first; only the newest {@link #CAPACITY} are kept. */
public record FaultHistory(List<Fault> faults) {
    public static final int CAPACITY = 64;
    public static final FaultHistory NONE = new FaultHistory(List.of());

    public FaultHistory {
        faults = List.copyOf(faults.subList(Math.max(0, faults.size() - CAPACITY), faults.size()));
    }

    public FaultHistory plus(List<Fault> more) {
        return new FaultHistory(Stream.concat(faults.stream(), more.stream()).toList());
    }

    /** Nodes on which members failed at least {@code strikes} times since {@code since}. */
    public SortedSet<String> lemons(int strikes, Instant since) {
        var counts = new TreeMap<String, Integer>();
        faults.stream()
                .filter(fault -> !fault.at().isBefore(since))
                .flatMap(fault -> fault.node().stream())
                .forEach(node -> counts.merge(node, 1, Integer::sum));
        counts.values().removeIf(count -> count < strikes);
        return new TreeSet<>(counts.keySet());
    }
}

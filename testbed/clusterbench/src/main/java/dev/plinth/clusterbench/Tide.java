package dev.plinth.clusterbench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets gangs come and go: as soon as fewer members wait for a node than should, the next gang comes, if there is room; when a gang
 * has been whole for a while it goes.
 */
final class Tide {
    private final int waiting;
    private final int room;
    private final Duration stay;
    private final Deque<Arrival> pending;
    private final Map<String, Arrival> here = new LinkedHashMap<>();
    private final Map<String, Arrival> leaving = new LinkedHashMap<>();

    /**
     * @param waiting members that should wait for a node at any time
     * @param room members that the cluster may hold
     * @param stay of a gang after its last member was bound
     */
    Tide(List<Arrival> arrivals, int waiting, int room, Duration stay) {
        this.waiting = waiting;
        this.room = room;
        this.stay = stay;
        this.pending = new ArrayDeque<>(arrivals);
    }

    /** How far a gang is: members bound and gone, and since when nothing more was bound. */
    record Seen(int bound, int gone, long lastBoundNanos) {
        static final Seen NOTHING = new Seen(0, 0, Long.MAX_VALUE);
    }

    /** What is to be done now. */
    record Step(List<Arrival> coming, List<Arrival> going) {}

    Step step(Map<String, Seen> seen, long nowNanos) {
        leaving.values().removeIf(gang -> of(seen, gang).gone() == gang.members());
        var going = here.values().stream()
                .filter(gang -> isWhole(seen, gang) && nowNanos - of(seen, gang).lastBoundNanos() >= stay.toNanos())
                .toList();
        going.forEach(gang -> {
            here.remove(gang.gang());
            leaving.put(gang.gang(), gang);
        });
        var coming = new ArrayList<Arrival>();
        while (!pending.isEmpty()
                && unbound(seen) < waiting
                && present() + pending.getFirst().members() <= room) {
            var next = pending.removeFirst();
            here.put(next.gang(), next);
            coming.add(next);
        }
        return new Step(coming, going);
    }

    /** Whether every gang has come and each was whole. */
    boolean allBound(Map<String, Seen> seen) {
        return pending.isEmpty() && here.values().stream().allMatch(gang -> isWhole(seen, gang));
    }

    boolean allGone() {
        return pending.isEmpty() && here.isEmpty() && leaving.isEmpty();
    }

    private int unbound(Map<String, Seen> seen) {
        return here.values().stream()
                .mapToInt(gang -> gang.members() - of(seen, gang).bound())
                .sum();
    }

    private int present() {
        return Arrival.members(List.copyOf(here.values())) + Arrival.members(List.copyOf(leaving.values()));
    }

    private static boolean isWhole(Map<String, Seen> seen, Arrival gang) {
        return of(seen, gang).bound() == gang.members();
    }

    private static Seen of(Map<String, Seen> seen, Arrival gang) {
        return seen.getOrDefault(gang.gang(), Seen.NOTHING);
    }
}

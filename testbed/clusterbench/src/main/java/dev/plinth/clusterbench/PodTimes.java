package dev.plinth.clusterbench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** When the pods of each gang came, got a node and went, as somebody sees it who watches. */
final class PodTimes implements ResourceEventHandler<Pod> {
    private final Map<String, Track> gangs = new HashMap<>();

    private static final class Track {
        private final List<Long> created = new ArrayList<>();
        private final TreeMap<Integer, String> nodes = new TreeMap<>();
        private final List<Long> bound = new ArrayList<>();
        private final Set<String> running = new HashSet<>();
        private int gone;
        private Optional<Pod> first = Optional.empty();
    }

    @Override
    public synchronized void onAdd(Pod pod) {
        var track = track(pod);
        track.created.add(System.nanoTime());
        track.first = track.first.or(() -> Optional.of(pod));
        note(track, pod);
    }

    @Override
    public synchronized void onUpdate(Pod before, Pod now) {
        note(track(now), now);
    }

    @Override
    public synchronized void onDelete(Pod pod, boolean unseen) {
        track(pod).gone++;
    }

    synchronized Map<String, Tide.Seen> seen() {
        var seen = new HashMap<String, Tide.Seen>();
        gangs.forEach((name, track) -> seen.put(
                name,
                new Tide.Seen(
                        track.nodes.size(),
                        track.gone,
                        track.bound.isEmpty() ? Long.MAX_VALUE : track.bound.getLast())));
        return seen;
    }

    synchronized Rates rates(long startNanos, List<Arrival> arrivals) {
        var created = new ArrayList<Long>();
        var bound = new ArrayList<Long>();
        for (var arrival : arrivals) {
            var track = gangs.getOrDefault(arrival.gang(), new Track());
            created.addAll(track.created);
            bound.addAll(track.bound);
        }
        return Rates.of(startNanos, created, bound);
    }

    synchronized int bound(List<Arrival> arrivals) {
        return arrivals.stream()
                .mapToInt(arrival ->
                        gangs.getOrDefault(arrival.gang(), new Track()).nodes.size())
                .sum();
    }

    synchronized int running(List<Arrival> arrivals) {
        return arrivals.stream()
                .mapToInt(arrival ->
                        gangs.getOrDefault(arrival.gang(), new Track()).running.size())
                .sum();
    }

    synchronized int created(String gang) {
        return gangs.getOrDefault(gang, new Track()).created.size();
    }

    /** Node by index of the members that have one. */
    synchronized TreeMap<Integer, String> nodes(String gang) {
        return new TreeMap<>(gangs.getOrDefault(gang, new Track()).nodes);
    }

    /** The first pod of the gang, as it was created. */
    synchronized Pod sample(String gang) {
        return gangs.getOrDefault(gang, new Track()).first.orElseThrow();
    }

    /** Begins anew: names may be used again. */
    synchronized void forget() {
        gangs.clear();
    }

    private Track track(Pod pod) {
        return gangs.computeIfAbsent(Arrival.gangOf(pod.getMetadata().getName()), name -> new Track());
    }

    private static void note(Track track, Pod pod) {
        var name = pod.getMetadata().getName();
        var node = pod.getSpec().getNodeName();
        if (node != null && !node.isEmpty() && track.nodes.put(Arrival.indexOf(name), node) == null) {
            track.bound.add(System.nanoTime());
        }
        if ("Running".equals(pod.getStatus().getPhase())) {
            track.running.add(name);
        }
    }
}

package dev.plinth.controller.report;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Who belongs to a gang now.
 *
 * @param generation of the formation
 * @param incarnations of members that were replaced, by index; 0 for all others
 * @param seats the members that have a pod, by index
 */
record Formation(
        String gangUid, int size, int generation, Map<Integer, Integer> incarnations, Map<Integer, Seat> seats) {

    /**
     * A member's pod.
     *
     * @param address under which peers reach it; empty before it has one and once it leaves
     * @param node that it is on or was made for; empty while a scheduler of somebody else has not chosen it
     */
    record Seat(String podUid, Optional<String> address, Optional<String> node) {

        static Seat of(Pod pod) {
            boolean leaves = pod.getMetadata().getDeletionTimestamp() != null;
            var address = Optional.ofNullable(pod.getStatus()).map(status -> status.getPodIP());
            return new Seat(
                    pod.getMetadata().getUid(),
                    address.filter(known -> !leaves && !known.isEmpty()),
                    PodFacts.node(pod));
        }
    }

    /** Reads the formation of a gang; pods that belong to an earlier gang of its name do not count. */
    static Formation of(Gang gang, List<Pod> pods) {
        var written = Optional.ofNullable(gang.getSpec().formation());
        var incarnations = new HashMap<Integer, Integer>();
        written.map(GangSpec.Formation::members)
                .orElse(List.of())
                .forEach(member -> incarnations.put(member.index(), member.incarnation()));
        var seats = new HashMap<Integer, Seat>();
        for (var pod : pods) {
            int index = PodFacts.number(pod, Labels.MEMBER_INDEX);
            if (Owners.owns(gang, pod)
                    && PodFacts.number(pod, Labels.INCARNATION) == incarnations.getOrDefault(index, 0)) {
                seats.put(index, Seat.of(pod));
            }
        }
        return new Formation(
                gang.getMetadata().getUid(),
                gang.getSpec().size(),
                written.map(GangSpec.Formation::generation).orElse(1),
                Map.copyOf(incarnations),
                Map.copyOf(seats));
    }

    int incarnation(int index) {
        return incarnations.getOrDefault(index, 0);
    }

    /** The pod of a member, if the cache shows it. */
    Optional<Seat> seat(int index) {
        return Optional.ofNullable(seats.get(index));
    }

    /** Whether every member has an address, so that they can find each other. */
    boolean complete() {
        return peers().size() == size;
    }

    /** The place of each member on the network, by index; empty while it is not known. */
    List<String> domains(Function<String, String> domainsOfNode) {
        return IntStream.range(0, size)
                .mapToObj(index ->
                        seat(index).flatMap(Seat::node).map(domainsOfNode).orElse(""))
                .toList();
    }

    List<ReportReply.Peer> peers() {
        var peers = new ArrayList<ReportReply.Peer>();
        for (int index = 0; index < size; index++) {
            int member = index;
            seat(index).flatMap(Seat::address).ifPresent(address -> peers.add(new ReportReply.Peer(member, address)));
        }
        return List.copyOf(peers);
    }
}

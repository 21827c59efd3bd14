package dev.plinth.controller.report;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who belongs to a gang now.
 *
 * @param generation of the formation
 * @param incarnations of members that were replaced, by index; 0 for all others
 * @param addresses of the members' pods, by index, as far as they have one
 */
record Formation(
        String gangUid, int size, int generation, Map<Integer, Integer> incarnations, Map<Integer, String> addresses) {

    static Formation of(Gang gang, List<Pod> pods) {
        var written = Optional.ofNullable(gang.getSpec().formation());
        var incarnations = new HashMap<Integer, Integer>();
        written.map(GangSpec.Formation::members)
                .orElse(List.of())
                .forEach(member -> incarnations.put(member.index(), member.incarnation()));
        var addresses = new HashMap<Integer, String>();
        for (var pod : pods) {
            address(pod).ifPresent(address -> {
                int index = number(pod, Labels.MEMBER_INDEX);
                if (number(pod, Labels.INCARNATION) == incarnations.getOrDefault(index, 0)) {
                    addresses.put(index, address);
                }
            });
        }
        return new Formation(
                gang.getMetadata().getUid(),
                gang.getSpec().size(),
                written.map(GangSpec.Formation::generation).orElse(1),
                Map.copyOf(incarnations),
                Map.copyOf(addresses));
    }

    int incarnation(int index) {
        return incarnations.getOrDefault(index, 0);
    }

    /** Whether every member has an address, so that they can find each other. */
    boolean complete() {
        return addresses.size() == size;
    }

    List<ReportReply.Peer> peers() {
        var peers = new ArrayList<ReportReply.Peer>();
        for (int index = 0; index < size; index++) {
            var address = addresses.get(index);
            if (address != null) {
                peers.add(new ReportReply.Peer(index, address));
            }
        }
        return List.copyOf(peers);
    }

    private static Optional<String> address(Pod pod) {
        boolean leaves = pod.getMetadata().getDeletionTimestamp() != null;
        return Optional.ofNullable(pod.getStatus())
                .map(status -> status.getPodIP())
                .filter(address -> !leaves && !address.isEmpty());
    }

    private static int number(Pod pod, String label) {
        return PodFacts.number(pod, label);
    }
}

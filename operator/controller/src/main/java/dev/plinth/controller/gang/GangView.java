package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A gang and its pods at one moment.
 *
 * @param formation that should exist
 * @param members by index, each with the pods that are there
 * @param surplus pods that no formation of this gang asks for
 */
record GangView(Gang gang, Formation formation, List<MemberView> members, List<Pod> surplus) {

    /** Sorts the pods of a gang by member and incarnation. Pods of another gang of the same name do not count. */
    static GangView of(Gang gang, Formation formation, List<Pod> pods) {
        var byMember = new TreeMap<Integer, List<Pod>>();
        var surplus = new ArrayList<Pod>();
        pods.stream()
                .filter(pod -> Owners.owns(gang, pod))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .forEach(pod -> {
                    int index = PodFacts.number(pod, Labels.MEMBER_INDEX);
                    boolean known = 0 <= index && index < gang.getSpec().size();
                    (known ? byMember.computeIfAbsent(index, none -> new ArrayList<>()) : surplus).add(pod);
                });
        var members = IntStream.range(0, gang.getSpec().size())
                .mapToObj(
                        index -> member(index, formation.incarnationOf(index), byMember.getOrDefault(index, List.of())))
                .toList();
        return new GangView(gang, formation, members, List.copyOf(surplus));
    }

    /** The same pods, seen from another formation. */
    GangView under(Formation next) {
        var pods = new ArrayList<>(surplus);
        members.forEach(member -> {
            member.pod().ifPresent(pods::add);
            pods.addAll(member.former());
        });
        return of(gang, next, pods);
    }

    GangKey key() {
        return GangKey.of(gang);
    }

    String uid() {
        return gang.getMetadata().getUid();
    }

    GangSpec spec() {
        return gang.getSpec();
    }

    List<Condition> conditions() {
        return gang.reported().map(GangStatus::conditions).orElse(List.of());
    }

    /** Node by index of the members that have a pod. */
    SortedMap<Integer, String> nodes() {
        var nodes = new TreeMap<Integer, String>();
        members.forEach(member -> member.node().ifPresent(node -> nodes.put(member.index(), node)));
        return nodes;
    }

    /** Node by index, as it was decided for this very formation before its pods were made; empty if it was not. */
    SortedMap<Integer, String> assigned() {
        return gang.reported()
                .flatMap(status -> Optional.ofNullable(status.assignment()))
                .filter(assignment -> assignment.generation() == formation.generation())
                .map(assignment -> NodeRuns.nodes(assignment.runs(), members.size()))
                .orElseGet(TreeMap::new);
    }

    /** Whether the member's pod runs something else than the gang is to run now. */
    boolean isOutdated(MemberView member) {
        var revision = spec().revision();
        return revision != null
                && member.pod()
                        .filter(pod ->
                                !revision.equals(pod.getMetadata().getLabels().get(Labels.RUNS)))
                        .isPresent();
    }

    List<MemberView> absent() {
        return members.stream().filter(MemberView::absent).toList();
    }

    /** The pods that were made for this very formation, and not for one before. */
    List<Pod> podsOfFormation() {
        return members.stream()
                .flatMap(member -> member.pod().stream())
                .filter(pod -> PodFacts.number(pod, Labels.GENERATION) == formation.generation())
                .toList();
    }

    boolean allSucceeded() {
        return members.stream().allMatch(MemberView::succeeded);
    }

    private static MemberView member(int index, int incarnation, List<Pod> pods) {
        var current = pods.stream()
                .filter(pod -> PodFacts.number(pod, Labels.INCARNATION) == incarnation)
                .findFirst();
        return new MemberView(
                index,
                incarnation,
                current,
                pods.stream()
                        .filter(pod -> PodFacts.number(pod, Labels.INCARNATION) != incarnation)
                        .toList());
    }
}

package dev.plinth.controller.gang;

import dev.plinth.controller.contract.Member;
import dev.plinth.controller.contract.Member.GangFacts;
import dev.plinth.controller.gang.backend.BackEnds;
import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.Expectations;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The requests by which pods of gangs come and go. Each remembers what the cache must show before the next pass. */
final class PodWrites {
    private final Writer writer;
    private final KubernetesClient client;
    private final Expectations expectations;
    private final BackEnds backEnds;
    private final Function<String, String> domainsOfNode;
    private final String reportUrl;

    PodWrites(
            Writer writer,
            KubernetesClient client,
            Expectations expectations,
            BackEnds backEnds,
            Function<String, String> domainsOfNode,
            String reportUrl) {
        this.writer = writer;
        this.client = client;
        this.expectations = expectations;
        this.backEnds = backEnds;
        this.domainsOfNode = domainsOfNode;
        this.reportUrl = reportUrl;
    }

    /** The pod of a member that has none; without a node if somebody else's scheduler chooses it. */
    Pod pod(GangView view, PodSpec outline, MemberView member, Optional<String> node) {
        var contract = view.spec().contract();
        var facts = new GangFacts(
                view.key().namespace(),
                view.key().name(),
                view.uid(),
                view.spec().size(),
                Optional.ofNullable(contract.checkpointDirectory()),
                reportUrl);
        var identity = new Member(
                facts, member.index(), member.incarnation(), view.formation().generation(), node.map(domainsOfNode));
        return backEnds.of(view.gang()).dressed(MemberPod.of(view, outline, identity, node));
    }

    /**
     * Creates pods, side by side. If the API server refuses some, the others are created all the same.
     *
     * @return the pods as they are there
     * @throws KubernetesClientException the first refusal
     */
    List<Pod> create(GangView view, List<Pod> pods, GangMemory.Entry memory, Instant now) {
        var there = new ArrayList<Pod>();
        var failures = new ArrayList<KubernetesClientException>();
        var missing = Optional.<String>empty();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var requests = pods.stream()
                    .map(pod -> executor.submit(() -> createOrAdopt(view, pod)))
                    .toList();
            for (int i = 0; i < requests.size(); i++) {
                try {
                    var created = outcome(requests.get(i));
                    there.add(created);
                    memory.created(created.getMetadata().getName());
                    expectations.created(view.uid(), created.getMetadata().getUid(), now);
                    missing = missing.or(() -> backEnds.of(view.gang()).missing(created));
                } catch (KubernetesClientException refused) {
                    failures.add(refused);
                }
            }
        }
        missing.ifPresent(what -> writer.tell(
                view.gang(),
                Story.warning(
                        "SchedulingIncomplete", "generation " + view.formation().generation(), what)));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return there;
    }

    /**
     * Makes the Service under which members find each other.
     *
     * @throws NameTakenException if somebody else's has its name, which is left alone
     */
    void createService(GangView view) {
        var service = GangService.of(view.gang());
        if (writer.create(service).isPresent()) {
            return;
        }
        var there = client.resource(service).get();
        if (there != null && !Owners.owns(view.gang(), there)) {
            var name = there.getMetadata().getName();
            throw view.key().name().equals(there.getMetadata().getLabels().get(Labels.GANG))
                    ? new NameNotYetFreeException("the Service " + name
                            + " of an earlier owner of this name is still there; this gang starts once it has gone")
                    : new NameTakenException("a Service named " + name
                            + " exists and does not belong to this gang: delete or rename it");
        }
    }

    /** Peers look the member up by a name that its successor takes over: this pod leaves that name. */
    void takeOutOfService(Pod pod) {
        if (Labels.YES.equals(pod.getMetadata().getLabels().get(Labels.IN_SERVICE))) {
            writer.apply(
                    FieldManager.GANG,
                    new PodBuilder()
                            .withMetadata(new ObjectMetaBuilder()
                                    .withName(pod.getMetadata().getName())
                                    .withNamespace(pod.getMetadata().getNamespace())
                                    .withUid(pod.getMetadata().getUid())
                                    .addToLabels(Labels.IN_SERVICE, Labels.NO)
                                    .build())
                            .build());
        }
    }

    void delete(GangView view, Pod pod, Deletion how, Instant now) {
        writer.delete(pod, how);
        expectations.deleted(view.uid(), pod.getMetadata().getUid(), now);
    }

    /** A pod of that name that is there already is ours if a leader before us, or a request whose answer was lost, made it. */
    private Pod createOrAdopt(GangView view, Pod pod) {
        return writer.create(pod).orElseGet(() -> {
            var there = client.resource(pod).get();
            if (there == null) {
                throw new KubernetesClientException(
                        "pod " + pod.getMetadata().getName() + " came and went while it was being created");
            }
            if (!Owners.owns(view.gang(), there) && there.getMetadata().getDeletionTimestamp() != null) {
                throw new NameNotYetFreeException("pod " + pod.getMetadata().getName()
                        + " of an earlier owner of this name is still ending; this gang starts once it has gone");
            }
            if (!Owners.owns(view.gang(), there)) {
                throw new NameTakenException("a pod named " + pod.getMetadata().getName()
                        + " exists and does not belong to this gang: delete or rename it");
            }
            return there;
        });
    }

    private static Pod outcome(Future<Pod> request) {
        try {
            return request.get();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted while creating pods", stopping);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KubernetesClientException refused) {
                throw refused;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    /** A name will be free once what an earlier owner had under it has ended. */
    static final class NameNotYetFreeException extends KubernetesClientException {
        private static final long serialVersionUID = 1;

        NameNotYetFreeException(String message) {
            super(message);
        }
    }

    /** Something of somebody else has a name that the gang needs. */
    static final class NameTakenException extends KubernetesClientException {
        private static final long serialVersionUID = 1;

        NameTakenException(String message) {
            super(message);
        }
    }
}

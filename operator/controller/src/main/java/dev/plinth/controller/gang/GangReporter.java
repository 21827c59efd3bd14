package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.GangStatus.Assignment;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.gang.GangConditions.Finding;
import dev.plinth.controller.gang.GangConditions.Outcome;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.OwnStatus;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/** Writes the status of a gang, at most once a pass and never if it says the same as before. */
final class GangReporter {
    /** While a thousand members start, numbers change all the time; conditions are told at once. */
    private static final Duration PACE = Duration.ofSeconds(1);

    private final Writer writer;
    private final ClusterState cluster;
    private final OwnStatus<GangStatus, Gang> statuses;

    GangReporter(Writer writer, ClusterState cluster) {
        this.writer = writer;
        this.cluster = cluster;
        this.statuses = new OwnStatus<>(writer, FieldManager.GANG, Gang::new);
    }

    /** The cached gang, or our own write of it if that is newer. */
    Gang newest(Gang cached) {
        return statuses.newest(cached);
    }

    /** Reports what was found. Answers when to look again: sooner if a change of numbers was held back. */
    Instant report(Finding finding, GangMemory.Entry memory, Instant now) {
        var view = finding.view();
        var nodes = view.nodes();
        var domain =
                nodes.size() == view.members().size() ? cluster.commonDomain(nodes.values()) : Optional.<String>empty();
        var status = StatusReport.of(finding, domain, memory.lastRecovery(), now);
        var before = view.gang().reported().map(GangStatus::withoutAssignment);
        if (before.filter(status::equals).isPresent()) {
            return Instant.MAX;
        }
        boolean news = before.filter(last -> last.conditions().equals(status.conditions()))
                .isEmpty();
        var next = memory.statusWritten().plus(PACE);
        if (!news && next.isAfter(now)) {
            return next;
        }
        statuses.report(view.gang(), status);
        memory.statusWritten(now);
        tell(finding);
        return Instant.MAX;
    }

    /**
     * Writes down which nodes were decided for the formation, in full before any of its pods is made: a leader that comes
     * in between goes on with the same.
     */
    void assigned(GangView view, SortedMap<Integer, String> nodes) {
        if (!nodes.equals(view.assigned())) {
            var assignment = new Assignment(view.formation().generation(), NodeRuns.of(nodes));
            statuses.record(FieldManager.ASSIGNMENT, view.gang(), GangStatus.of(assignment));
        }
    }

    private void tell(Finding finding) {
        var occasion = "generation " + finding.view().formation().generation();
        var gang = finding.view().gang();
        switch (finding.outcome()) {
            case Outcome.Complete() ->
                writer.tell(gang, Story.normal("Complete", "once", "all members have succeeded"));
            case Outcome.Failed(var why) -> writer.tell(gang, Story.warning("Failed", "once", why));
            case Outcome.Waiting(var explanation) ->
                writer.tell(gang, Story.normal("WaitingForRoom", occasion, explanation.text()));
            case Outcome.Refused(var why) -> writer.tell(gang, Story.warning("PodRefused", occasion + why, why));
            case Outcome.Steady(), Outcome.Succeeding(var _) -> {}
        }
    }
}

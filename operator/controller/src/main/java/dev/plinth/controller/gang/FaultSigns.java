package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.report.MemberReport;
import dev.plinth.controller.report.MemberReports;
import dev.plinth.recovery.Signal;
import dev.plinth.recovery.Signal.MemberFailed;
import dev.plinth.recovery.Signal.MemberGone;
import dev.plinth.recovery.Signal.MemberOutdated;
import dev.plinth.recovery.Signal.MemberRejected;
import dev.plinth.recovery.Signal.MemberSilent;
import dev.plinth.recovery.Signal.PeerSuspected;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads from a gang's pods and reports what is wrong with its members. */
final class FaultSigns {
    private final MemberReports reports;

    FaultSigns(MemberReports reports) {
        this.reports = reports;
    }

    List<Signal> of(GangView view, GangMemory.Entry memory, CrowdedOut crowdedOut, Instant now) {
        var signals = new ArrayList<Signal>();
        for (var member : view.members()) {
            ofPod(view, member, memory, crowdedOut).ifPresent(signals::add);
            if (view.spec().contract().progressing() && member.running()) {
                reports.last(view.key(), view.uid(), member.index(), member.incarnation())
                        .ifPresent(report -> signals.addAll(ofReport(view, member, report, now)));
            }
        }
        return signals;
    }

    /** Since when a member has been silent, if it has reported before. */
    Optional<Instant> silentSince(GangView view, MemberView member) {
        return reports.last(view.key(), view.uid(), member.index(), member.incarnation())
                .map(this::heard);
    }

    private Optional<Signal> ofPod(GangView view, MemberView member, GangMemory.Entry memory, CrowdedOut crowdedOut) {
        var gone = new MemberGone(member.index(), member.incarnation());
        if (member.absent()) {
            return wasThere(view, member, memory) ? Optional.of(gone) : Optional.empty();
        }
        if (view.isOutdated(member)) {
            return Optional.of(new MemberOutdated(member.index(), member.incarnation()));
        }
        if (member.failed()) {
            // Without an exit code it was the node that ended the pod: never admitted, or evicted or shut down.
            return Optional.of(member.ending()
                    .<Signal>map(end -> new MemberFailed(member.index(), member.incarnation(), end.getExitCode()))
                    .or(() -> member.rejection()
                            .map(why -> new MemberRejected(
                                    member.index(), member.incarnation(), MemberTroubles.shortened(why))))
                    .orElse(gone));
        }
        if (member.succeeded()) {
            return view.spec().lifecycle() == Lifecycle.Endless ? Optional.of(gone) : Optional.empty();
        }
        return member.leaving() || crowdedOut.contains(member) ? Optional.of(gone) : Optional.empty();
    }

    private List<Signal> ofReport(GangView view, MemberView member, MemberReport report, Instant now) {
        var signals = new ArrayList<Signal>();
        var silence = Duration.between(heard(report), now);
        if (silence.compareTo(Duration.ofSeconds(view.spec().recovery().silenceSeconds())) > 0
                && report.state() != MemberReport.State.Done) {
            signals.add(new MemberSilent(member.index(), member.incarnation(), silence));
        }
        if (report.generation() == view.formation().generation()) {
            report.suspects().stream()
                    .filter(index -> index < view.members().size())
                    .map(index -> new PeerSuspected(
                            member.index(), index, view.formation().incarnationOf(index)))
                    .forEach(signals::add);
        }
        return signals;
    }

    private Instant heard(MemberReport report) {
        return report.at().isAfter(reports.listeningSince()) ? report.at() : reports.listeningSince();
    }

    /**
     * Whether an absent pod has been there. Either this leader saw it, or a leader before us had created the whole
     * formation: it says Placed for this very generation of the spec, of which the formation is a part.
     */
    private static boolean wasThere(GangView view, MemberView member, GangMemory.Entry memory) {
        if (memory.wasCreated(MemberPod.name(view.key().name(), member.index(), member.incarnation()))) {
            return true;
        }
        return view.formation().generation() == view.spec().formationOrFirst().generation()
                && Conditions.find(view.conditions(), GangConditions.PLACED)
                        .filter(placed -> "True".equals(placed.getStatus()))
                        .filter(placed ->
                                view.gang().getMetadata().getGeneration().equals(placed.getObservedGeneration()))
                        .isPresent();
    }

    /** Tells whether a member that waits for the scheduler has lost its room to somebody else. */
    interface CrowdedOut {
        boolean contains(MemberView member);
    }
}

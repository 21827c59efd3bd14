package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.GangStatus.MemberCounts;
import dev.plinth.api.v1alpha1.GangStatus.Placement;
import dev.plinth.api.v1alpha1.GangStatus.Waiting;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.controller.gang.GangConditions.Finding;
import dev.plinth.controller.gang.GangConditions.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Renders the status of a gang but for its assignment, compact whatever its size. */
final class StatusReport {
    private StatusReport() {}

    static GangStatus of(Finding finding, Optional<String> domain, Optional<Recovered> lastRecovery, Instant now) {
        var view = finding.view();
        long generation = view.gang().getMetadata().getGeneration();
        return new GangStatus(
                generation,
                GangConditions.ALL.judge(finding, generation, view.conditions(), now),
                new MemberCounts(
                        count(view, member -> member.node().isPresent()),
                        count(view, MemberView::running),
                        count(view, MemberView::ready),
                        count(view, MemberView::succeeded)),
                orNull(domain.map(Placement::new)),
                null,
                orNull(waiting(finding.outcome())),
                finding.troubles(),
                orNull(lastRecovery));
    }

    private static Optional<Waiting> waiting(Outcome outcome) {
        if (!(outcome instanceof Outcome.Waiting(var explanation))) {
            return Optional.empty();
        }
        return Optional.of(new Waiting(
                explanation.reason(),
                explanation.free() + " members would fit into all open nodes together",
                orNull(explanation.bestDomain()),
                (int) explanation.bestDomainRoom(),
                explanation.blockers(),
                explanation.smallestChange()));
    }

    private static int count(GangView view, Predicate<MemberView> which) {
        return (int) view.members().stream().filter(which).count();
    }

    @SuppressWarnings("NullAway") // An absent component of an API record is null.
    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}

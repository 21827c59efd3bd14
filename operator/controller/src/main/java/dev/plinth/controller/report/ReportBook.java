package dev.plinth.controller.report;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.ClusterListener;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.Wakefulness;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What members have told this operator since it leads, in memory: lost with it, and then told again. */
public final class ReportBook implements Reports, MemberReports, ClusterListener {
    private final Clock clock;
    private final Wakefulness wakefulness;
    private final Map<GangKey, Page> pages = new ConcurrentHashMap<>();
    private volatile Instant listeningSince;

    public ReportBook(Clock clock, Wakefulness wakefulness) {
        this.clock = clock;
        this.wakefulness = wakefulness;
        this.listeningSince = clock.instant();
    }

    /** Reports can reach us from now on: what was not heard before says nothing about who was silent. */
    public void listening() {
        listeningSince = clock.instant();
    }

    /** Enters a report of a member of the gang with that UID. */
    void enter(String gangUid, ReportMessage message) {
        var now = clock.instant();
        pages.compute(message.key(), (key, page) -> {
            var current = page == null || !page.gangUid().equals(gangUid) ? Page.empty(gangUid) : page;
            return current.with(message, now);
        });
    }

    @Override
    public void gangGone(Gang gang) {
        var uid = gang.getMetadata().getUid();
        pages.computeIfPresent(GangKey.of(gang), (key, page) -> page.gangUid().equals(uid) ? null : page);
    }

    @Override
    public Optional<GangReports> of(GangKey gang, String gangUid) {
        return page(gang, gangUid).map(Page::reports);
    }

    @Override
    public Optional<MemberReport> last(GangKey gang, String gangUid, int index, int incarnation) {
        return page(gang, gangUid)
                .flatMap(page -> Optional.ofNullable(page.members().get(index)))
                .filter(report -> report.incarnation() == incarnation);
    }

    @Override
    public Instant listeningSince() {
        var awake = wakefulness.since();
        return awake.isAfter(listeningSince) ? awake : listeningSince;
    }

    @Override
    public OptionalLong newestStep(GangKey gang, String gangUid) {
        return page(gang, gangUid)
                .map(Page::reports)
                .flatMap(reports -> reports.latest().or(reports::before))
                .map(progress -> OptionalLong.of(progress.step()))
                .orElse(OptionalLong.empty());
    }

    private Optional<Page> page(GangKey gang, String gangUid) {
        return Optional.ofNullable(pages.get(gang))
                .filter(page -> page.gangUid().equals(gangUid));
    }

    /**
     * What one gang has told.
     *
     * @param members the last report by member index; shared by all pages of the gang, safe for use by several threads
     */
    private record Page(String gangUid, GangReports reports, Map<Integer, MemberReport> members) {

        static Page empty(String gangUid) {
            var nothing = new GangReports(0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
            return new Page(gangUid, nothing, new ConcurrentHashMap<>());
        }

        Page with(ReportMessage message, Instant now) {
            members.put(
                    message.member(),
                    new MemberReport(
                            message.incarnation(),
                            message.generation(),
                            now,
                            message.state(),
                            Set.copyOf(message.unreachable())));
            return new Page(
                    gangUid, checkpoint(progress(generation(reports, message), message, now), message, now), members);
        }

        /** A newer formation begins: what was reached so far is what a repair threw back. */
        private static GangReports generation(GangReports reports, ReportMessage message) {
            if (message.generation() <= reports.generation()) {
                return reports;
            }
            return new GangReports(
                    message.generation(),
                    reports.latest().or(reports::before),
                    Optional.empty(),
                    Optional.empty(),
                    reports.checkpoint());
        }

        private static GangReports progress(GangReports reports, ReportMessage message, Instant now) {
            if (message.told().isEmpty() || message.generation() < reports.generation()) {
                return reports;
            }
            var told = message.told().get();
            var progress = new GangReports.Progress(
                    message.member(),
                    told.step(),
                    optional(told.totalSteps()),
                    told.loss(),
                    told.tokensPerSecond(),
                    optional(told.resumedFrom()),
                    now);
            var newest = reports.latest()
                    .filter(latest -> latest.step() > progress.step())
                    .orElse(progress);
            return new GangReports(
                    reports.generation(),
                    reports.before(),
                    reports.first().or(() -> Optional.of(progress)),
                    Optional.of(newest),
                    reports.checkpoint());
        }

        private static OptionalLong optional(@Nullable Long number) {
            return number == null ? OptionalLong.empty() : OptionalLong.of(number);
        }

        private static GangReports checkpoint(GangReports reports, ReportMessage message, Instant now) {
            if (message.written().isEmpty()) {
                return reports;
            }
            var checkpoint = message.written().get().at(now);
            var newest = reports.checkpoint()
                    .filter(known -> known.step() > checkpoint.step()
                            || (known.step() == checkpoint.step() && known.generation() >= checkpoint.generation()))
                    .orElse(checkpoint);
            return new GangReports(
                    reports.generation(), reports.before(), reports.first(), reports.latest(), Optional.of(newest));
        }
    }
}

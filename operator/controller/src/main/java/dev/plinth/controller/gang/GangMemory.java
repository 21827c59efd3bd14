package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Repair;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.recovery.FaultHistory;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the leader remembers of gangs from pass to pass. All of it can be lost: a new leader goes on from spec, pods and
 * nodes, and at worst waits a little longer, asks a little more, or tells less.
 */
final class GangMemory {
    private final Map<String, Entry> byUid = new ConcurrentHashMap<>();

    /** What is remembered of this gang. One thread at a time reconciles a gang, so an entry needs no lock. */
    Entry of(Gang gang) {
        return byUid.computeIfAbsent(gang.getMetadata().getUid(), unknown -> new Entry(gang));
    }

    void forget(String uid) {
        byUid.remove(uid);
    }

    /** What is remembered of one gang. */
    static final class Entry {
        private final Set<String> created = new HashSet<>();
        private FaultHistory faults = FaultHistory.NONE;
        private Optional<MemberTemplate> accepted = Optional.empty();
        private Optional<Recovered> lastRecovery;
        private Optional<Repair> untold;
        private Instant statusWritten = Instant.EPOCH;
        private Optional<Preparations.Answer> preparation = Optional.empty();

        private Entry(Gang gang) {
            var reported = gang.reported().map(GangStatus::lastRecovery);
            untold = Optional.ofNullable(gang.getSpec().formationOrFirst().repair())
                    .filter(repair -> reported.filter(
                                    last -> repair.detectedAt().equals(last.detectedAt()))
                            .isEmpty());
            lastRecovery = untold.map(Repair::begun).or(() -> reported);
        }

        /** A pod of this name has been there. */
        void created(String podName) {
            created.add(podName);
        }

        boolean wasCreated(String podName) {
            return created.contains(podName);
        }

        FaultHistory faults() {
            return faults;
        }

        void learned(FaultHistory newer) {
            faults = newer;
        }

        /** Whether the API server has accepted a pod of this template. */
        boolean isAccepted(MemberTemplate template) {
            return accepted.filter(template::equals).isPresent();
        }

        void accepted(MemberTemplate template) {
            accepted = Optional.of(template);
        }

        Optional<Recovered> lastRecovery() {
            return lastRecovery;
        }

        /** The repair that a leader before us began and did not report; answered once. */
        Optional<Repair> takeUntold() {
            var repair = untold;
            untold = Optional.empty();
            return repair;
        }

        void recovered(Recovered story) {
            lastRecovery = Optional.of(story);
        }

        /** What was found when a pod that its node cannot prepare was last asked after. */
        Optional<Preparations.Answer> preparation() {
            return preparation;
        }

        void prepared(Preparations.Answer answer) {
            preparation = Optional.of(answer);
        }

        Instant statusWritten() {
            return statusWritten;
        }

        void statusWritten(Instant now) {
            statusWritten = now;
        }
    }
}

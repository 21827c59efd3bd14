package dev.plinth.controller.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.SetClock;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(9);

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicInteger ended = new AtomicInteger();
    private Optional<Lease> lease = Optional.empty();
    private boolean answers = true;

    private final LeaseWatch watch = new LeaseWatch(
            () -> lease,
            "me",
            LIMIT,
            clock,
            read -> {
                if (answers) {
                    read.run();
                }
            },
            ended::incrementAndGet);

    @Test
    void aLeaderThatRenewsItsLeaseLeadsOn() {
        for (int i = 0; i < 10; i++) {
            renew("me");
            lookAfter(2);
        }
        assertThat(ended).hasValue(0);
    }

    @Test
    void aLeaderWhoseRenewalsHangEndsBeforeItsLeaseDoes() {
        renew("me");
        for (int i = 0; i < 4; i++) {
            lookAfter(2);
        }
        assertThat(ended).hasValue(0);
        lookAfter(2);
        assertThat(ended).hasValue(1);
    }

    @Test
    void aLeaderThatGetsNoAnswerLeadsOnForItCannotWriteEither() {
        answers = false;
        lookAfter(60);
        assertThat(ended).hasValue(0);
    }

    @Test
    void aLeaseThatAnotherHoldsEndsThisLeaderAtOnce() {
        renew("another");
        lookAfter(1);
        assertThat(ended).hasValue(1);
    }

    private void lookAfter(int seconds) {
        clock.pass(Duration.ofSeconds(seconds));
        watch.look();
    }

    private void renew(String holder) {
        lease = Optional.of(new LeaseBuilder()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withRenewTime(clock.instant().atZone(ZoneOffset.UTC))
                .endSpec()
                .build());
    }
}

package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantLedgerTest {
    private final TenantLedger ledger = new TenantLedger();

    @Test
    void aGeneratedTokenCostsTwiceAPromptToken() {
        assertThat(TenantLedger.cost(10, 15)).isEqualTo(20);
    }

    @Test
    void whoComesLaterBeginsWhereTheLeastServedStands() {
        ledger.arrive("a");
        ledger.arrive("b");
        ledger.charge("a", 100);
        ledger.charge("b", 70);

        ledger.arrive("late");

        assertThat(ledger.served("late")).isEqualTo(70);
    }

    @Test
    void whoLeavesAndComesBackIsNotForgivenWhatItGot() {
        ledger.arrive("steady");
        ledger.arrive("hasty");
        ledger.charge("hasty", 500);

        ledger.leave("hasty");
        ledger.arrive("hasty");

        assertThat(ledger.served("hasty") - ledger.served("steady")).isEqualTo(500);
    }

    @Test
    void whoPausesSavesNothingUp() {
        ledger.arrive("steady");
        ledger.arrive("sleeper");
        ledger.charge("sleeper", 10);
        ledger.leave("sleeper");
        ledger.charge("steady", 1000);

        ledger.arrive("sleeper");

        assertThat(ledger.served("sleeper")).isEqualTo(1000);
    }

    @Test
    void namesThatNeverComeBackAreForgotten() {
        ledger.arrive("steady");
        for (int i = 0; i < 100_000; i++) {
            ledger.arrive("tenant" + i);
            ledger.charge("tenant" + i, 5);
            ledger.leave("tenant" + i);
        }
        ledger.arrive("tenant0");

        assertThat(ledger.served("tenant0")).isZero();
        assertThat(ledger.requests("tenant1")).isZero();
    }
}

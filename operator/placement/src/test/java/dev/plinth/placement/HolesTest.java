package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HolesTest {
    @Test
    void whatNoLargerGangCouldUseCostsOnlyItself() {
        assertThat(Holes.lost(33, 1)).isEqualTo(1);
    }

    @Test
    void aBiteOutOfAHoleThatGangsOfEachSizeJustFitInCostsEachOfThem() {
        // 32 places serve gangs of 1, 2, 4, 8, 16 and 32; 31 serve 31, 30, 28, 24, 16 and 0 members of them.
        assertThat(Holes.lost(32, 1)).isEqualTo(1 + 2 + 4 + 8 + 16 + 32);
    }

    @Test
    void aHoleFilledWholeCostsWhatItHeld() {
        assertThat(Holes.lost(4, 4)).isEqualTo(3 * 4);
    }
}

package dev.plinth.clusterbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalTest {
    @Test
    void everyRunMeetsTheSameGangsInTheSameOrder() {
        var once = Arrival.shuffled("gang", Arrival.DECK, 2);

        assertThat(once).isEqualTo(Arrival.shuffled("gang", Arrival.DECK, 2)).hasSize(92);
        assertThat(once).extracting(Arrival::gang).doesNotHaveDuplicates().contains("gang-n0", "gang-n91");
        assertThat(once.subList(0, 46))
                .extracting(Arrival::members)
                .containsExactlyInAnyOrderElementsOf(Arrival.DECK)
                .isNotEqualTo(
                        once.subList(46, 92).stream().map(Arrival::members).toList());
        assertThat(Arrival.members(once)).isEqualTo(2 * 1464);
    }

    @Test
    void aPodsNameTellsItsGangAndItsIndex() {
        assertThat(Arrival.gangOf(Arrival.pod("tide-n12", 345))).isEqualTo("tide-n12");
        assertThat(Arrival.indexOf(Arrival.pod("tide-n12", 345))).isEqualTo(345);
    }

    @Test
    void aNodeIsUsedAgainOnlyAfterAllOthers() {
        var slots = new Slots(3, 2);

        assertThat(slots.take(3)).containsExactly(0, 0, 1);
        slots.giveBack(List.of(0, 0));
        assertThat(slots.take(3)).containsExactly(2, 2, 0);
        assertThatThrownBy(() -> slots.take(3)).hasMessageContaining("no room");
        assertThat(slots.take(2)).hasSize(2);
    }

    @Test
    void ratesCountFromTheFirstRequestToTheLastPod() {
        var second = 1_000_000_000L;
        var rates = Rates.of(
                second, List.of(3 * second, 2 * second, 5 * second), List.of(4 * second, 9 * second, 3 * second));

        assertThat(rates).isEqualTo(new Rates(3, 4, 8, 1));
        assertThat(rates.createdPerSecond()).isEqualTo(0.75);
        assertThat(rates.boundPerSecond()).isEqualTo(0.375);
    }
}

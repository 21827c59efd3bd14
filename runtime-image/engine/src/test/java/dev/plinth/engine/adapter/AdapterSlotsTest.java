package dev.plinth.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.engine.adapter.AdapterSlots.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdapterSlotsTest {
    @Test
    void theLongestUnusedGivesItsPlaceAndOneInUseNever() {
        AdapterSlots slots = new AdapterSlots(2);
        assertThat(slots.take(10)).hasValue(new Place(1, true));
        assertThat(slots.take(20)).hasValue(new Place(2, true));
        assertThat(slots.take(30)).isEmpty();

        slots.release(20);
        assertThat(slots.take(30)).hasValue(new Place(2, true));
        slots.release(10);
        assertThat(slots.take(10)).hasValue(new Place(1, false));
        slots.release(30);
        slots.release(10);
        assertThat(slots.take(20)).hasValue(new Place(2, true)); // 30 was used before 10
    }

    @Test
    void onlyTheLastOfSeveralRequestsSetsAnAdapterFree() {
        AdapterSlots slots = new AdapterSlots(1);
        slots.take(10);
        slots.take(10);

        slots.release(10);
        assertThat(slots.take(20)).isEmpty();
        slots.release(10);
        assertThat(slots.take(20)).isPresent();
    }

    @Test
    void oneThatCouldNotBeLoadedIsNotThere() {
        AdapterSlots slots = new AdapterSlots(1);
        slots.take(10);

        slots.forget(10);

        assertThat(slots.take(20)).hasValue(new Place(1, true));
    }

    @Property(tries = 200)
    void adaptersInUseHaveNumbersOfTheirOwn(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int count) {
        Random random = new Random(seed);
        AdapterSlots slots = new AdapterSlots(count);
        Map<Long, Integer> users = new HashMap<>();
        Map<Long, Integer> numbers = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            long adapter = random.nextInt(8);
            if (random.nextBoolean()) {
                Optional<Place> place = slots.take(adapter);
                assertThat(place.isPresent()).isEqualTo(users.containsKey(adapter) || users.size() < count);
                place.ifPresent(taken -> {
                    users.merge(adapter, 1, Integer::sum);
                    numbers.put(adapter, taken.number());
                });
            } else if (users.containsKey(adapter)) {
                slots.release(adapter);
                if (users.merge(adapter, -1, Integer::sum) == 0) {
                    users.remove(adapter);
                    numbers.remove(adapter);
                }
            }
            assertThat(new HashSet<>(numbers.values())).hasSize(numbers.size());
            assertThat(numbers.values()).allMatch(number -> number >= 1 && number <= count);
        }
    }
}

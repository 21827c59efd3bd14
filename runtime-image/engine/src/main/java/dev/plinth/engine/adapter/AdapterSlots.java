package dev.plinth.engine.adapter;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Which adapters are in an engine's memory, and under which numbers, from 1. There are only so many: one that is needed and is not there
 * takes the place of the one that was not used for longest. One that a request uses stays.
 */
public final class AdapterSlots {
    private final int slots;
    /** Numbers by adapter, the longest unused first. */
    private final SequencedMap<Long, Integer> numbers = new LinkedHashMap<>();

    private final Map<Long, Integer> users = new HashMap<>();
    private final BitSet taken = new BitSet();

    /**
     * Where an adapter is.
     *
     * @param fresh whether it is not there yet, and must be loaded before it is used
     */
    public record Place(int number, boolean fresh) {}

    public AdapterSlots(int slots) {
        this.slots = slots;
        taken.set(0); // stands for none
    }

    /** A place for one more request with this adapter; empty if all are in use. */
    public Optional<Place> take(long adapter) {
        Integer known = numbers.remove(adapter);
        if (known == null && numbers.size() == slots && !evict()) {
            return Optional.empty();
        }
        int number = known == null ? taken.nextClearBit(0) : known;
        taken.set(number);
        numbers.putLast(adapter, number);
        users.merge(adapter, 1, Integer::sum);
        return Optional.of(new Place(number, known == null));
    }

    /** The number of an adapter that has a place. */
    public OptionalInt number(long adapter) {
        Integer number = numbers.get(adapter);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** A request with this adapter has ended. */
    public void release(long adapter) {
        users.computeIfPresent(adapter, (id, count) -> count == 1 ? null : count - 1);
    }

    /** It could not be loaded: nobody uses it, and it is not there. */
    public void forget(long adapter) {
        users.remove(adapter);
        Integer number = numbers.remove(adapter);
        if (number != null) {
            taken.clear(number);
        }
    }

    private boolean evict() {
        Optional<Long> idle =
                numbers.keySet().stream().filter(id -> !users.containsKey(id)).findFirst();
        idle.ifPresent(this::forget);
        return idle.isPresent();
    }
}

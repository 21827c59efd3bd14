package dev.plinth.placement;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Amounts by resource name: {@code cpu} in millicores, {@code memory} and other byte resources in bytes, everything else
 * (accelerators, {@code pods}) in units. A name that is absent counts as zero.
 */
public record Resources(SortedMap<String, Long> amounts) {
    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    public Resources(Map<String, Long> amounts) {
        this((SortedMap<String, Long>) new TreeMap<>(amounts));
    }

    public static Resources of(String name, long amount) {
        return new Resources(Map.of(name, amount));
    }

    public long amount(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    /** Sums that leave the range of a {@code long} stop at its end. */
    public Resources plus(Resources other) {
        var sum = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Resources::saturatedSum));
        return new Resources(sum);
    }

    /** May go below zero: a node can hold more than it has, for example after a device was taken away. */
    public Resources minus(Resources other) {
        var rest = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> rest.merge(name, negated(amount), Resources::saturatedSum));
        return new Resources(rest);
    }

    /** So many times the amounts; what leaves the range of a {@code long} stops at its end. */
    Resources scaled(int times) {
        var scaled = new TreeMap<>(amounts);
        scaled.replaceAll((name, amount) ->
                Math.multiplyHigh(amount, times) == 0 && amount * times >= 0 ? amount * times : Long.MAX_VALUE);
        return new Resources(scaled);
    }

    /** No more than {@code most} of what is named there. */
    Resources atMost(Resources most) {
        var least = new TreeMap<>(amounts);
        least.replaceAll((name, amount) -> Math.min(amount, most.amounts.getOrDefault(name, amount)));
        return new Resources(least);
    }

    /** How many times {@code each} fits in here, at most {@code limit}; no demand at all fits {@code limit} times. */
    public int times(Resources each, int limit) {
        return timesBeside(NONE, each, limit);
    }

    /** The same with something else taken away first. */
    int timesBeside(Resources other, Resources each, int limit) {
        long times = limit;
        for (var demand : each.amounts.entrySet()) {
            if (demand.getValue() > 0) {
                long rest = saturatedSum(amount(demand.getKey()), negated(other.amount(demand.getKey())));
                times = Math.min(times, rest / demand.getValue());
            }
        }
        return (int) Math.max(0, times);
    }

    public boolean covers(Resources demand) {
        return times(demand, 1) == 1;
    }

    /** All but the one place of a pod, which goes without saying; that too if there is nothing else. */
    Resources worthSaying() {
        var others = new TreeMap<>(amounts);
        others.remove("pods", 1L);
        return others.isEmpty() ? this : new Resources(others);
    }

    /** As a person writes it: {@code 8 nvidia.com/gpu + 4 cpu + 64Gi memory}. */
    @Override
    public String toString() {
        var text = amounts.entrySet().stream()
                .filter(amount -> amount.getValue() != 0)
                .map(amount -> Quantities.text(amount.getKey(), amount.getValue()) + " " + amount.getKey())
                .collect(Collectors.joining(" + "));
        return text.isEmpty() ? "nothing" : text;
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    private static long negated(long amount) {
        return amount == Long.MIN_VALUE ? Long.MAX_VALUE : -amount;
    }
}

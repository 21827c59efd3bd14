package dev.plinth.clusterbench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A gang that comes. Its members are pods named {@code <gang>-<index>-0}, whoever makes them. */
record Arrival(String gang, int members) {
    /** Sizes of a deck: members of small and of large gangs are about as many. */
    static final List<Integer> DECK = List.of(
            512, 256, 128, 128, 64, 64, 32, 32, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8, 8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 4,
            2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1);

    /** Gangs of these sizes, so many times over, in an order that is always the same. */
    static List<Arrival> shuffled(String prefix, List<Integer> sizes, int times) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < times; i++) {
            var deck = new ArrayList<>(sizes);
            Collections.shuffle(deck, new Random(i));
            order.addAll(deck);
        }
        return IntStream.range(0, order.size())
                .mapToObj(i -> new Arrival(prefix + "-n" + i, order.get(i)))
                .toList();
    }

    static int members(List<Arrival> arrivals) {
        return arrivals.stream().mapToInt(Arrival::members).sum();
    }

    static String pod(String gang, int index) {
        return gang + "-" + index + "-0";
    }

    static String gangOf(String pod) {
        return pod.substring(0, pod.lastIndexOf('-', pod.lastIndexOf('-') - 1));
    }

    static int indexOf(String pod) {
        int end = pod.lastIndexOf('-');
        return Integer.parseInt(pod.substring(pod.lastIndexOf('-', end - 1) + 1, end));
    }
}

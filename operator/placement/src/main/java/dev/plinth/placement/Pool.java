package dev.plinth.placement;

import java.util.Arrays;

/** Domains that still have room to give away, by position, those with the most room first and of equals the first. */
final class Pool {
    static final int NONE = -1;

    private final int[] room;
    private final int[] domains;
    private int size;

    /** @param room by domain */
    static Pool of(int[] room) {
        var keys = new long[room.length];
        int size = 0;
        for (int domain = 0; domain < room.length; domain++) {
            if (room[domain] > 0) {
                keys[size++] = (long) -room[domain] << Integer.SIZE | domain;
            }
        }
        Arrays.sort(keys, 0, size);
        var domains = new int[size];
        for (int i = 0; i < size; i++) {
            domains[i] = (int) keys[i];
        }
        return new Pool(room, domains);
    }

    private Pool(int[] room, int[] domains) {
        this.room = room;
        this.domains = domains;
        this.size = domains.length;
    }

    Pool copy() {
        return new Pool(room, Arrays.copyOf(domains, size));
    }

    /** Those with so much room. */
    Pool from(int wanted) {
        return new Pool(room, Arrays.copyOf(domains, firstBelow(wanted)));
    }

    /** Those with less room. */
    Pool below(int wanted) {
        return new Pool(room, Arrays.copyOfRange(domains, firstBelow(wanted), size));
    }

    /** These and others none of which has more room. */
    Pool and(Pool smaller) {
        var both = Arrays.copyOf(domains, size + smaller.size);
        System.arraycopy(smaller.domains, 0, both, size, smaller.size);
        return new Pool(room, both);
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    int domain(int at) {
        return domains[at];
    }

    int room(int at) {
        return room[domains[at]];
    }

    int remove(int at) {
        int domain = domains[at];
        System.arraycopy(domains, at + 1, domains, at, --size - at);
        return domain;
    }

    /** Where the domain with the least room of those with enough is; of equals the first. {@link #NONE} if none has. */
    int tightest(int wanted) {
        int enough = firstBelow(wanted);
        return enough == 0 ? NONE : firstBelow(room(enough - 1) + 1);
    }

    private int firstBelow(int wanted) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (room(middle) >= wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

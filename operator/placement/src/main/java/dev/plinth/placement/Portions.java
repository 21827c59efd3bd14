package dev.plinth.placement;

import java.util.Arrays;

/**
 * How members are shared among domains: the first so many in an order go to the first domain, the next to the second. In arrays, as
 * thousands are put together and compared in a decision.
 */
final class Portions {
    private int[] domains = new int[8];
    private int[] members = new int[8];
    private int size;

    /** @param domain its position among those that there are to choose from */
    void add(int domain, int share) {
        if (size == domains.length) {
            domains = Arrays.copyOf(domains, 2 * size);
            members = Arrays.copyOf(members, 2 * size);
        }
        domains[size] = domain;
        members[size++] = share;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int domain(int part) {
        return domains[part];
    }

    int members(int part) {
        return members[part];
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Portions other
                && size == other.size
                && Arrays.equals(domains, 0, size, other.domains, 0, size)
                && Arrays.equals(members, 0, size, other.members, 0, size);
    }

    @Override
    public int hashCode() {
        int hash = size;
        for (int part = 0; part < size; part++) {
            hash = 31 * (31 * hash + domains[part]) + members[part];
        }
        return hash;
    }
}

package dev.plinth.tierbench.input;

import java.util.Arrays;

/** Which accelerators of a fleet are free. */
public final class Occupancy {
    private final Fleet fleet;
    private final int[] free;
    private final boolean[] down;

    public Occupancy(Fleet fleet) {
        this.fleet = fleet;
        this.free = fleet.accelerators().clone();
        this.down = new boolean[free.length];
    }

    public Occupancy copy() {
        var copy = new Occupancy(fleet);
        System.arraycopy(free, 0, copy.free, 0, free.length);
        System.arraycopy(down, 0, copy.down, 0, down.length);
        return copy;
    }

    public Fleet fleet() {
        return fleet;
    }

    /** What pods may take on a host now: nothing while it is down. */
    public int free(int host) {
        return down[host] ? 0 : free[host];
    }

    public void take(int host, int accelerators) {
        free[host] -= accelerators;
    }

    public void give(int host, int accelerators) {
        free[host] += accelerators;
    }

    public void setDown(int host, boolean isDown) {
        down[host] = isDown;
    }

    public boolean isDown(int host) {
        return down[host];
    }

    /** Members of so many accelerators that each host can take. */
    public int[] room(int accelerators) {
        var room = new int[free.length];
        Arrays.setAll(room, host -> Math.max(0, free(host)) / accelerators);
        return room;
    }

    public long free() {
        long sum = 0;
        for (int host = 0; host < free.length; host++) {
            sum += free(host);
        }
        return sum;
    }
}

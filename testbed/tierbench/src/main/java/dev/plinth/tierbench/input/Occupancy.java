package dev.plinth.tierbench.input;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is free on the hosts of a fleet. */
public final class Occupancy {
    private final Fleet fleet;
    private final int[] free;
    private final List<SortedMap<String, Long>> others;
    private final boolean[] down;

    public Occupancy(Fleet fleet) {
        this(fleet, fleet.accelerators().clone(), fleet.others(), new boolean[fleet.size()]);
    }

    private Occupancy(Fleet fleet, int[] free, List<SortedMap<String, Long>> others, boolean[] down) {
        this.fleet = fleet;
        this.free = free;
        this.others = new ArrayList<>(others);
        this.down = down;
    }

    public Occupancy copy() {
        return new Occupancy(fleet, free.clone(), others, down.clone());
    }

    public Fleet fleet() {
        return fleet;
    }

    /** Accelerators that pods may take on a host now: none while it is down. */
    public int free(int host) {
        return down[host] ? 0 : free[host];
    }

    /** What is free beside accelerators. */
    public SortedMap<String, Long> others(int host) {
        return others.get(host);
    }

    public void take(int host, int accelerators) {
        free[host] -= accelerators;
    }

    public void give(int host, int accelerators) {
        free[host] += accelerators;
    }

    /** @param pods of this kind; below 0 they give back what they held */
    public void take(int host, Needs each, int pods) {
        free[host] -= pods * each.accelerators();
        if (!each.others().isEmpty()) {
            var rest = new TreeMap<>(others.get(host));
            each.others().forEach((name, amount) -> rest.merge(name, -pods * amount, Long::sum));
            others.set(host, rest);
        }
    }

    public void setDown(int host, boolean isDown) {
        down[host] = isDown;
    }

    public boolean isDown(int host) {
        return down[host];
    }

    /** Members that each host can take. */
    public int[] room(Job job) {
        var member = job.member();
        var room = new int[free.length];
        for (int host = 0; host < room.length; host++) {
            room[host] = room(host, member, job.members());
        }
        avoid(job, room);
        return room;
    }

    /** Members that each host can take beside the leader; -1 if it cannot take the leader. */
    public int[] roomBeside(Needs leader, Job job) {
        var led = copy();
        var member = job.member();
        var room = new int[free.length];
        for (int host = 0; host < room.length; host++) {
            boolean fits = room(host, leader, 1) > 0;
            led.take(host, leader, 1);
            room[host] = fits ? led.room(host, member, job.members()) : -1;
        }
        for (var name : job.extras().avoid()) {
            int host = fleet.hosts().indexOf(name);
            room[host] = -1;
        }
        return room;
    }

    /** Pods of a kind that a host can take; of those that need nothing {@code most}. */
    public int room(int host, Needs each, int most) {
        if (down[host]) {
            return 0;
        }
        long room = each.isNothing() ? most : Integer.MAX_VALUE;
        if (each.accelerators() > 0) {
            room = Math.max(0, free[host]) / each.accelerators();
        }
        for (var need : each.others().entrySet()) {
            if (need.getValue() > 0) {
                room = Math.min(room, Math.max(0, others.get(host).getOrDefault(need.getKey(), 0L)) / need.getValue());
            }
        }
        return (int) room;
    }

    private void avoid(Job job, int[] room) {
        for (var name : job.extras().avoid()) {
            room[fleet.hosts().indexOf(name)] = 0;
        }
    }

    public long free() {
        long sum = 0;
        for (int host = 0; host < free.length; host++) {
            sum += free(host);
        }
        return sum;
    }
}

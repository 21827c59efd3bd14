package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;

/**
 * Half-full clusters: in each leaf a number of hosts, drawn from none to all of them, is taken whole. The state with the number
 * {@code seed} is always the same.
 */
final class Snapshots {
    private Snapshots() {}

    static Occupancy halfFull(Fleet fleet, long seed) {
        var random = new Random(seed);
        var occupancy = new Occupancy(fleet);
        int leaf = fleet.host() - 1;
        var hosts = new ArrayList<Integer>();
        for (int host = 0; host <= fleet.size(); host++) {
            boolean next = host == fleet.size()
                    || host > 0 && fleet.domainOf()[leaf][host] != fleet.domainOf()[leaf][host - 1];
            if (next && !hosts.isEmpty()) {
                Collections.shuffle(hosts, random);
                for (int taken : hosts.subList(0, random.nextInt(hosts.size() + 1))) {
                    occupancy.take(taken, fleet.accelerators()[taken]);
                }
                hosts.clear();
            }
            hosts.add(host);
        }
        return occupancy;
    }
}

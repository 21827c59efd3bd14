package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;

/** The two ends that any placer should beat, without and with the order of the tree. They see no levels. */
public enum Simple implements Policy {
    RANDOM("random"),
    FIRST_FIT("first fit");

    private final String title;

    Simple(String title) {
        this.title = title;
    }

    @Override
    public String policyName() {
        return title;
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var slots = new ArrayList<Integer>();
        var room = occupancy.room(job);
        for (int host = 0; host < room.length; host++) {
            for (int pod = 0; pod < Math.min(room[host], job.members()); pod++) {
                slots.add(host);
            }
        }
        if (slots.size() < job.members()) {
            return Optional.empty();
        }
        if (this == RANDOM) {
            Collections.shuffle(slots, new Random(job.id().hashCode()));
        }
        var hosts = slots.subList(0, job.members()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        return LeaderLast.add(occupancy, job, hosts);
    }
}

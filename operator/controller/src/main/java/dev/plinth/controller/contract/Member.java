package dev.plinth.controller.contract;

import java.util.Optional;

/**
 * One incarnation of one member, with what it must know of its gang.
 *
 * @param gang who it belongs to
 * @param index stable member index, from 0
 * @param incarnation how often this member was replaced before
 * @param generation formation of the gang at the moment this pod is made
 * @param domains its place on the network, as {@code block=b0,rack=r1,host=n3}, outermost level first; empty while a
 *     scheduler of somebody else has not chosen it
 */
public record Member(GangFacts gang, int index, int incarnation, long generation, Optional<String> domains) {

    /**
     * What is equal for all members of a gang.
     *
     * @param uid of the Gang object: a gang made again under the same name is another gang
     * @param size number of members
     * @param checkpointDirectory folder inside the container, where the job keeps checkpoints
     * @param reportUrl where progress is told to the operator
     */
    public record GangFacts(
            String namespace,
            String name,
            String uid,
            int size,
            Optional<String> checkpointDirectory,
            String reportUrl) {}
}

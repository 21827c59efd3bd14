package dev.plinth.placement;

/**
 * A wish to survive the loss of one failure domain: the members of each group along a dimension lie on different domains of a
 * level, for example the replicas of a shard on different racks.
 */
public record Spread(String dimension, String level) {}

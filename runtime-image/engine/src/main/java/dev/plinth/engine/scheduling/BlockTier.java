package dev.plinth.engine.scheduling;

/** Where the contents of blocks are kept that the pool had to give away. */
@FunctionalInterface
public interface BlockTier {
    /** Keeps nothing. */
    BlockTier NONE = key -> false;

    /** Whether a content can, as far as is known, be fetched back. */
    boolean holds(BlockKey key);
}

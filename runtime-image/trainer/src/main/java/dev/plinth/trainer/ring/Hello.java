package dev.plinth.trainer.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What a rank says when it connects to the next one, and what it is answered.
 *
 * @param gang namespace and name of the gang
 * @param generation formation of the gang the speaker belongs to
 * @param rank the speaker's rank
 * @param size ranks in the gang
 */
record Hello(String gang, long generation, int rank, int size) {
    private static final int MAGIC = 0x504C4E31; // "PLN1"

    enum Answer {
        WELCOME,
        /** The speaker belongs to an older formation and must not join. */
        OLDER_GENERATION,
        /** The listener has not heard of the speaker's formation yet: try again. */
        NEWER_GENERATION,
        /** Another gang, size or rank than the listener expects. */
        STRANGER
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeUTF(gang);
        out.writeLong(generation);
        out.writeInt(rank);
        out.writeInt(size);
        out.flush();
    }

    /** Empty if something else than a rank speaks. */
    static Optional<Hello> read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            return Optional.empty();
        }
        return Optional.of(new Hello(in.readUTF(), in.readLong(), in.readInt(), in.readInt()));
    }

    /** How {@code other}, who wants to be our previous rank, is answered. */
    Answer answer(Hello other) {
        if (!other.gang.equals(gang) || other.size != size || other.rank != Math.floorMod(rank - 1, size)) {
            return Answer.STRANGER;
        }
        if (other.generation != generation) {
            return other.generation < generation ? Answer.OLDER_GENERATION : Answer.NEWER_GENERATION;
        }
        return Answer.WELCOME;
    }
}

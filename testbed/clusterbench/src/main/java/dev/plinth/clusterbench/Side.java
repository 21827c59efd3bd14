package dev.plinth.clusterbench;

/** Who makes the pods of a gang. */
interface Side {
    void bring(Arrival gang);

    void remove(Arrival gang);
}

package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** What stands before the new tokens of a step. */
interface Past {
    /** Nothing: the new tokens begin the sequence and nothing is kept, as in training. */
    Past NONE = new Past() {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public NDList extend(int layer, NDArray newKeys, NDArray newValues) {
            return new NDList(newKeys, newValues);
        }
    };

    /** Tokens before the new ones. */
    long length();

    /**
     * Keys and values of one layer for past and new tokens.
     *
     * @param newKeys [B, K, T, D], as {@code newValues}
     * @return two arrays [B, K, length + T, D], in the manager of the new ones
     */
    NDList extend(int layer, NDArray newKeys, NDArray newValues);
}

package dev.plinth.planner;

import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;

/** One thing to ask for otherwise, so that a plan fits. */
public sealed interface Change {
    /** As a person is told to do it who knows no more than the request. */
    String text();

    /** Another number of accelerators. */
    record Accelerators(int count) implements Change {
        @Override
        public String text() {
            return "use %d accelerators".formatted(count);
        }
    }

    /** Another number of sequences in a step. */
    record GlobalBatch(int sequences) implements Change {
        @Override
        public String text() {
            return "use a global batch of " + sequences;
        }
    }

    /** Shorter sequences. */
    record Sequence(int tokens) implements Change {
        @Override
        public String text() {
            return "use sequences of %d tokens".formatted(tokens);
        }
    }

    /** No wish for what is computed again. */
    record AnyRecompute(Recompute instead) implements Change {
        @Override
        public String text() {
            return "leave recomputation to the planner instead of " + instead;
        }
    }

    /** No wish for a micro-batch. */
    record AnyMicroBatch(int instead) implements Change {
        @Override
        public String text() {
            return "leave the micro-batch to the planner instead of " + instead;
        }
    }

    /** No wish for a ZeRO stage. */
    record AnyZero(int instead) implements Change {
        @Override
        public String text() {
            return "leave ZeRO to the planner instead of stage " + instead;
        }
    }

    /** No wishes at all. */
    record AnyLayout() implements Change {
        @Override
        public String text() {
            return "leave all to the planner";
        }
    }

    /** The state of the optimizer elsewhere, and no other wish. */
    record OnlyOffload(Offload where) implements Change {
        @Override
        public String text() {
            return "keep the optimizer's state on " + where;
        }
    }
}

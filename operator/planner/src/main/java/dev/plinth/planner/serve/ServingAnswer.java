package dev.plinth.planner.serve;

import java.util.List;

/** The answer to a {@link ServingRequest}. */
public sealed interface ServingAnswer {
    /**
     * The fewest accelerators that keep the objective.
     *
     * @param tensor ranks that share each matrix
     * @param pipeline stages of one replica
     * @param expert ranks that share the experts; 1 if each expert is cut like other matrices, or there are none
     * @param weightBytes on one accelerator
     * @param cacheBytes room for keys and values on one accelerator
     * @param cacheTokens that one replica has room for
     * @param concurrent requests that one replica works on at once
     * @param firstTokenSeconds predicted
     * @param perTokenSeconds predicted, with so many requests at once
     * @param requestsPerSecond of one replica
     * @param replicas for the load
     * @param band relative error that four of five predictions are expected to stay within
     * @param reasons sentences a person reads
     */
    record ServingPlan(
            int tensor,
            int pipeline,
            int expert,
            double weightBytes,
            double cacheBytes,
            long cacheTokens,
            int concurrent,
            double firstTokenSeconds,
            double perTokenSeconds,
            double requestsPerSecond,
            int replicas,
            double band,
            List<String> reasons)
            implements ServingAnswer {
        public ServingPlan {
            reasons = List.copyOf(reasons);
        }

        public int perReplica() {
            return tensor * pipeline;
        }

        public int accelerators() {
            return replicas * perReplica();
        }
    }

    /** No split keeps the objective or has room; the message says what is missing and what would do. */
    record Unservable(String message) implements ServingAnswer {}
}

package dev.plinth.controller.planning;

import dev.plinth.controller.planning.JobPlan.Refused;
import dev.plinth.planner.hardware.Accelerator;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was searched for in vain. A job without a plan is looked at every few seconds; nothing is searched for again until it asks
 * something else, or its accelerator is described otherwise. An operator that starts searches once more.
 */
final class KnownRefusals {
    /** Jobs without a plan at a time; of more than these some are searched for again. */
    private static final int MOST = 1_000;

    private record Search(String name, String question, Accelerator accelerator) {}

    private final Map<Search, Refused> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Search, Refused> eldest) {
            return size() > MOST;
        }
    });

    /** The refusal of an equal search, else what the search gives. */
    JobPlan of(Question question, Accelerator accelerator, Supplier<JobPlan> search) {
        var asked = new Search(question.name(), question.fingerprint(), accelerator);
        return Optional.<JobPlan>ofNullable(known.get(asked)).orElseGet(() -> remembered(asked, search.get()));
    }

    private JobPlan remembered(Search asked, JobPlan answer) {
        if (answer instanceof Refused refused) {
            known.put(asked, refused);
        }
        return answer;
    }
}

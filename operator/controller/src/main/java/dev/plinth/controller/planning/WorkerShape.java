package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.TrainingJobSpec.Workers;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a worker computes on.
 *
 * @param resource name of the accelerators that it asks for; absent if it computes on CPUs
 * @param accelerators of one worker: those it asks for, or else one for each process
 */
record WorkerShape(Optional<String> resource, int accelerators) {

    private static final String GPUS = "/gpu";

    static WorkerShape of(Workers workers) {
        var resources = workers.template().resources();
        var asked = new TreeMap<String, Quantity>(resources.limits());
        asked.putAll(resources.requests());
        return asked.entrySet().stream()
                .filter(each -> each.getKey().endsWith(GPUS) && count(each) > 0)
                .findFirst()
                .map(each -> new WorkerShape(Optional.of(each.getKey()), count(each)))
                .orElse(new WorkerShape(Optional.empty(), workers.processesPerWorker()));
    }

    private static int count(Map.Entry<String, Quantity> asked) {
        return (int) Math.clamp(asked.getValue().getNumericalAmount().doubleValue(), 0.0, Integer.MAX_VALUE);
    }
}

package dev.plinth.controller.planning;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A node on which workers of a job may run.
 *
 * @param domains name of its domain by level of the network; a level that is absent is unknown
 * @param accelerators that it has
 * @param free of them, those that nobody holds
 */
public record Host(Map<String, String> labels, SortedMap<String, String> domains, int accelerators, int free) {

    /** Written by NVIDIA's GPU feature discovery and AMD's node labeller. */
    private static final String[] PRODUCT = {"nvidia.com/gpu.product", "amd.com/gpu.product-name"};

    /** The accelerator as the labels of the node name it. */
    Optional<String> product() {
        return Stream.of(PRODUCT)
                .flatMap(label -> Optional.ofNullable(labels.get(label)).stream())
                .findFirst();
    }
}

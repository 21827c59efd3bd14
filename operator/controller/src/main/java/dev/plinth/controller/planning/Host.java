package dev.plinth.controller.planning;

import java.util.Optional;
import java.util.SortedMap;

/**
 * A node on which workers of a job may run.
 *
 * @param product the accelerator as the labels of the node name it
 * @param domains name of its domain by level of the network; a level that is absent is unknown
 * @param accelerators that it has
 * @param free of them, those that nobody holds
 */
public record Host(
        String name, Optional<String> product, SortedMap<String, String> domains, int accelerators, int free) {}

package dev.plinth.controller.planning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A node on which workers of a job may run.
 *
 * @param product the accelerator as the labels of the node name it
 * @param domains name of its domain by level of the network; a level that is absent is unknown
 * @param linkDomain name of the domain of a fast link that it shares with other nodes, as its labels say; absent if they do not
 * @param accelerators that it has
 * @param free of them, those that nobody holds
 */
public record Host(
        String name,
        Optional<String> product,
        SortedMap<String, String> domains,
        Optional<String> linkDomain,
        int accelerators,
        int free) {
    /** Accelerators that these have. */
    static int together(List<Host> hosts) {
        return hosts.stream().mapToInt(Host::accelerators).sum();
    }

    /** Those of one name together, in the order of names, behind each that has none, which is alone. */
    static List<List<Host>> grouped(List<Host> hosts, Function<Host, Optional<String>> name) {
        var named = new TreeMap<String, List<Host>>();
        var all = new ArrayList<List<Host>>();
        for (var host : hosts) {
            name.apply(host)
                    .ifPresentOrElse(
                            each -> named.computeIfAbsent(each, _ -> new ArrayList<>())
                                    .add(host),
                            () -> all.add(List.of(host)));
        }
        all.addAll(named.values());
        return Collections.unmodifiableList(all);
    }
}

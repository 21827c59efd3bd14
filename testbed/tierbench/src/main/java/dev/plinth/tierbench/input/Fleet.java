package dev.plinth.tierbench.input;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The hosts of a cluster in the order of the tree.
 *
 * @param levels outermost first; the last one is the host
 * @param hosts names
 * @param accelerators of each host
 * @param domainOf index of a host's domain within its level, by level and host; domains of one name below different outer
 *     domains differ; they are counted in the order of the hosts
 * @param domains number of domains by level
 */
public record Fleet(List<Level> levels, List<String> hosts, int[] accelerators, int[][] domainOf, int[] domains) {

    /** A host as it is read: the names of its domains, outermost first, without its own. */
    public record Host(String name, List<String> domains, int accelerators) {}

    /** Hosts may come in any order; they are sorted by the names of their domains and their own. */
    public static Fleet of(List<Level> levels, List<Host> unsorted) {
        var hosts = new ArrayList<>(unsorted);
        hosts.sort((a, b) -> {
            for (int i = 0; i < a.domains().size(); i++) {
                int order = a.domains().get(i).compareTo(b.domains().get(i));
                if (order != 0) {
                    return order;
                }
            }
            return a.name().compareTo(b.name());
        });
        var domainOf = new int[levels.size()][hosts.size()];
        var domains = new int[levels.size()];
        for (int level = 0; level < levels.size(); level++) {
            var seen = new TreeMap<String, Integer>();
            for (int host = 0; host < hosts.size(); host++) {
                var path = level == levels.size() - 1
                        ? hosts.get(host).name()
                        : String.join("/", hosts.get(host).domains().subList(0, level + 1));
                domainOf[level][host] = seen.computeIfAbsent(path, key -> seen.size());
            }
            domains[level] = seen.size();
        }
        return new Fleet(
                List.copyOf(levels),
                hosts.stream().map(Host::name).toList(),
                hosts.stream().mapToInt(Host::accelerators).toArray(),
                domainOf,
                domains);
    }

    public int size() {
        return hosts.size();
    }

    public int host() {
        return levels.size() - 1;
    }

    /** Position of a level; -1 if there is none of that name. */
    public int level(String name) {
        for (int i = 0; i < levels.size(); i++) {
            if (levels.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The innermost level whose domain two hosts share; -1 if only the whole cluster. */
    public int meet(int a, int b) {
        int level = host();
        while (level >= 0 && domainOf[level][a] != domainOf[level][b]) {
            level--;
        }
        return level;
    }

    /** Accelerators behind each uplink of a level. */
    public long[] acceleratorsBehind(int level) {
        var sum = new long[domains[level]];
        for (int host = 0; host < size(); host++) {
            sum[domainOf[level][host]] += accelerators[host];
        }
        return sum;
    }
}

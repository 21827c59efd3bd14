package dev.plinth.tierbench.input;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hosts of a cluster in the order of the tree.
 *
 * @param levels outermost first; the last one is the host
 * @param hosts names
 * @param accelerators of each host
 * @param others what each host has free at first beside accelerators
 * @param labelled whether a host names its domain, by level and host
 * @param domainOf index of a host's domain within its level, by level and host; domains of one name below different outer
 *     domains differ; they are counted in the order of the hosts
 * @param domains number of domains by level
 */
public record Fleet(
        List<Level> levels,
        List<String> hosts,
        int[] accelerators,
        List<SortedMap<String, Long>> others,
        boolean[][] labelled,
        int[][] domainOf,
        int[] domains) {
    /** Stands where a host does not name its domain. */
    public static final String UNNAMED = "";

    /**
     * A host as it is read.
     *
     * @param domains names, outermost first, without its own
     * @param others what is free beside accelerators
     */
    public record Host(String name, List<String> domains, int accelerators, SortedMap<String, Long> others) {
        public Host {
            domains = List.copyOf(domains);
            others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
        }

        public Host(String name, List<String> domains, int accelerators) {
            this(name, domains, accelerators, new TreeMap<>());
        }

        /**
         * Its domains and itself, names marked by an {@code @}. An unnamed domain is known to hold only what shares the next inner
         * one; it is marked so that no name can be equal to it.
         */
        private List<String> path() {
            var path = new ArrayList<String>();
            domains.forEach(domain -> path.add("@" + domain));
            path.add("@" + name);
            for (int level = domains.size() - 1; level >= 0; level--) {
                if (domains.get(level).equals(UNNAMED)) {
                    path.set(level, "?" + path.get(level + 1));
                }
            }
            return path;
        }
    }

    /** Hosts may come in any order; they are sorted by the names of their domains and their own. */
    public static Fleet of(List<Level> levels, List<Host> unsorted) {
        var hosts = new ArrayList<>(unsorted);
        hosts.sort((a, b) -> compare(a.path(), b.path()));
        var paths = hosts.stream().map(Host::path).toList();
        int innermost = levels.size() - 1;
        var domainOf = new int[levels.size()][hosts.size()];
        var domains = new int[levels.size()];
        var labelled = new boolean[levels.size()][hosts.size()];
        for (int level = 0; level <= innermost; level++) {
            for (int host = 0; host < hosts.size(); host++) {
                boolean shared = host > 0
                        && paths.get(host)
                                .subList(0, level + 1)
                                .equals(paths.get(host - 1).subList(0, level + 1));
                domains[level] += shared ? 0 : 1;
                domainOf[level][host] = domains[level] - 1;
                labelled[level][host] = level == innermost
                        || !hosts.get(host).domains().get(level).equals(UNNAMED);
            }
        }
        return new Fleet(
                List.copyOf(levels),
                hosts.stream().map(Host::name).toList(),
                hosts.stream().mapToInt(Host::accelerators).toArray(),
                hosts.stream().map(Host::others).toList(),
                labelled,
                domainOf,
                domains);
    }

    private static int compare(List<String> a, List<String> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Whether a host names its domains of all levels. */
    public boolean isWhole(int host) {
        for (var level : labelled) {
            if (!level[host]) {
                return false;
            }
        }
        return true;
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

package dev.plinth.placement;

import java.util.List;

/**
 * The network in numbers: which domain a node is in, and what its uplink carries.
 *
 * @param domainOf index of a node's domain among those of a level, by depth and node position
 * @param guaranteed bytes per second and accelerator over the uplink of a domain, by depth
 * @param capacity bytes per second over the uplink of a domain, all its accelerators together, by depth and index
 */
record Fabric(int[][] domainOf, double[] guaranteed, double[][] capacity) {
    static Fabric of(Topology topology, Node[] nodes, List<List<Domain>> domainsByDepth) {
        int depths = topology.levels().size();
        var domainOf = new int[depths][nodes.length];
        var guaranteed = new double[depths];
        var capacity = new double[depths][];
        for (int depth = 0; depth < depths; depth++) {
            var domains = domainsByDepth.get(depth);
            guaranteed[depth] = topology.uplinks().get(depth).guaranteed();
            capacity[depth] = new double[domains.size()];
            for (int i = 0; i < domains.size(); i++) {
                long accelerators = 0;
                for (int node = domains.get(i).from(); node < domains.get(i).to(); node++) {
                    domainOf[depth][node] = i;
                    accelerators += nodes[node].accelerators();
                }
                capacity[depth][i] = accelerators * guaranteed[depth];
            }
        }
        return new Fabric(domainOf, guaranteed, capacity);
    }

    int hostDepth() {
        return guaranteed.length - 1;
    }
}

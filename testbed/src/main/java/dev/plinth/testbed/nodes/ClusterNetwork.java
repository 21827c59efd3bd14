package dev.plinth.testbed.nodes;

import dev.plinth.testbed.process.Walls;

/**
 * The network of an enclosed cluster: a bridge that joins the control plane and the real nodes, each node a network
 * namespace behind one cable. A node's pods have a range of their own that is routed through the node.
 */
public final class ClusterNetwork {
    /** Where pods and nodes find the control plane and the name server. */
    public static final String CONTROL_PLANE = "10.10.0.1";
    /** All pods of all real nodes. */
    static final String PODS = "10.20.0.0/16";

    private static final String BRIDGE = "plinth0";

    private final Walls walls;

    private ClusterNetwork(Walls walls) {
        this.walls = walls;
    }

    /** Lays the bridge. */
    public static ClusterNetwork lay(Walls walls) {
        walls.run("ip", "link", "set", "lo", "up");
        walls.run("ip", "link", "add", BRIDGE, "type", "bridge");
        walls.run("ip", "address", "add", CONTROL_PLANE + "/24", "dev", BRIDGE);
        walls.run("ip", "link", "set", BRIDGE, "up");
        forward(walls);
        return new ClusterNetwork(walls);
    }

    /** The address of the node with this ordinal. */
    static String node(int ordinal) {
        return "10.10.0." + (10 + ordinal);
    }

    /** The address range of the node's pods. */
    static String pods(int ordinal) {
        return "10.20.%d.0/24".formatted(ordinal);
    }

    /** Plugs a cable into a node's namespace and sets up both ends. */
    void connect(int ordinal, Walls node) {
        var cable = cable(ordinal);
        walls.run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", node.pid());
        walls.run("ip", "link", "set", cable, "master", BRIDGE, "up");
        node.run("ip", "link", "set", "lo", "up");
        node.run("ip", "address", "add", node(ordinal) + "/24", "dev", "eth0");
        node.run("ip", "link", "set", "eth0", "up");
        node.run("ip", "route", "add", "default", "via", CONTROL_PLANE);
        forward(node);
        walls.run("ip", "route", "replace", pods(ordinal), "via", node(ordinal));
    }

    /** Pulls the cable: from now on nothing that the node or its pods send reaches anyone. */
    void cut(int ordinal) {
        walls.run("ip", "link", "delete", cable(ordinal));
    }

    private static String cable(int ordinal) {
        return "node" + ordinal;
    }

    private static void forward(Walls walls) {
        walls.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    }
}

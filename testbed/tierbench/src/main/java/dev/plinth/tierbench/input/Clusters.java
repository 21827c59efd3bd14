package dev.plinth.tierbench.input;

import dev.plinth.tierbench.input.Fleet.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The clusters of the benchmark. */
public final class Clusters {
    private static final double NVLINK = 450e9;
    private static final double NIC = 50e9;

    private Clusters() {}

    /** Nodes of 8 accelerators; leaf of 16 nodes, block of 16 leaves, spine of 8 blocks; 1:1 up to the block, 1:7 above, 1:3 between spines. */
    public static Fleet clos(int nodes) {
        var levels = List.of(
                new Level("spine", NIC, 21),
                new Level("block", NIC, 7),
                new Level("leaf", NIC, 1),
                new Level("host", NIC, 1));
        var hosts = new ArrayList<Host>();
        for (int i = 0; i < nodes; i++) {
            hosts.add(new Host(
                    "n%05d".formatted(i),
                    List.of("s%02d".formatted(i / 2048), "b%03d".formatted(i / 256), "l%04d".formatted(i / 16)),
                    8));
        }
        return Fleet.of(levels, hosts);
    }

    /** 18 nodes of 4 accelerators in each NVLink domain, 8 domains in a block. */
    public static Fleet nvl72(int domains) {
        var levels = List.of(new Level("block", NIC, 7), new Level("nvlink", NIC, 1), new Level("host", NVLINK, 1));
        var hosts = new ArrayList<Host>();
        for (int i = 0; i < domains * 18; i++) {
            hosts.add(
                    new Host("n%05d".formatted(i), List.of("b%03d".formatted(i / 144), "d%04d".formatted(i / 18)), 4));
        }
        return Fleet.of(levels, hosts);
    }

    /** The 847 hosts of a production cluster, of which only leaf and pod sizes are kept: lingjun.csv says whence. */
    public static Fleet lingjun() throws IOException {
        var levels = List.of(new Level("pod", NIC, 3), new Level("leaf", NIC, 1), new Level("host", NIC, 1));
        var hosts = new ArrayList<Host>();
        try (var in = Objects.requireNonNull(
                Clusters.class.getResourceAsStream("/dev/plinth/tierbench/lingjun.csv"), "lingjun.csv")) {
            var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .toList();
            for (var line : lines) {
                var cells = line.split(",", -1);
                for (int i = 0; i < Integer.parseInt(cells[2]); i++) {
                    hosts.add(new Host("n%05d".formatted(hosts.size()), List.of(cells[0], cells[1]), 8));
                }
            }
        }
        return Fleet.of(levels, hosts);
    }
}

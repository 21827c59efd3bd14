package dev.plinth.testbed.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the control plane listens.
 *
 * @param bind address the API server binds
 * @param advertised address it tells others
 * @param port its port
 * @param outside URL by which people and tests on this machine reach it
 * @param etcd port of etcd for clients
 * @param etcdPeers port of etcd for peers
 */
public record Addresses(String bind, String advertised, int port, String outside, int etcd, int etcdPeers) {
    /** On loopback, on ports that are free now. */
    public static Addresses loopback() {
        var ports = freePorts(3);
        var url = "https://127.0.0.1:" + ports.get(0);
        return new Addresses("127.0.0.1", "127.0.0.1", ports.get(0), url, ports.get(1), ports.get(2));
    }

    /** In a network of its own, reached from outside through {@code publishedPort} on loopback. */
    public static Addresses enclosed(String address, int publishedPort) {
        return new Addresses("0.0.0.0", address, 6443, "https://localhost:" + publishedPort, 2379, 2380);
    }

    /** URL by which the cluster's own programs reach the API server. */
    public String inside() {
        return "https://%s:%d".formatted(advertised, port);
    }

    boolean reachableByPods() {
        return !advertised.startsWith("127.");
    }

    /** Ports of loopback that nothing listens on at this moment. */
    public static List<Integer> freePorts(int count) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (var socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}

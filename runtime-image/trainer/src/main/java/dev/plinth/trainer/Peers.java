package dev.plinth.trainer;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where each rank listens: from a fixed list, else as the operator says in its replies, else (no operator at all) by the
 * stable names of the gang's headless Service. Thread-safe.
 */
final class Peers {
    private final MemberEnvironment environment;
    private Map<Integer, String> addresses;

    Peers(MemberEnvironment environment) {
        this.environment = environment;
        this.addresses = numbered(environment.peers());
        if (addresses.isEmpty() && environment.reportUrl().isEmpty()) {
            for (int rank = 0; rank < environment.members(); rank++) {
                addresses.put(rank, "r%05d.%s.%s.svc".formatted(rank, environment.gang(), environment.namespace()));
            }
        }
    }

    /** Takes over what the operator says, unless the list is fixed. */
    synchronized void update(Map<Integer, String> fromOperator) {
        if (environment.peers().isEmpty()) {
            addresses = fromOperator;
        }
    }

    /** Where the rank after this one listens, if known. */
    synchronized Optional<InetSocketAddress> next() {
        String address = addresses.get((environment.member() + 1) % environment.members());
        return Optional.ofNullable(address).map(text -> socketAddress(text, environment.port()));
    }

    /** Understands {@code host}, {@code host:port}, {@code [v6]:port} and a bare IPv6 address. */
    static InetSocketAddress socketAddress(String address, int defaultPort) {
        int colon = address.lastIndexOf(':');
        boolean bareV6 = address.indexOf(':') != colon && !address.contains("]");
        boolean hasPort = colon >= 0 && !bareV6 && !address.endsWith("]");
        String host = hasPort ? address.substring(0, colon) : address;
        int port = hasPort ? Integer.parseInt(address.substring(colon + 1)) : defaultPort;
        return new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port);
    }

    private static Map<Integer, String> numbered(List<String> list) {
        Map<Integer, String> numbered = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            numbered.put(i, list.get(i).strip());
        }
        return numbered;
    }
}

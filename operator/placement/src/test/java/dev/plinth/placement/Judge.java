package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tries every way to place a small gang and scores it from the definition, sharing no code with the solver. */
final class Judge {
    private final Topology topology;
    private final List<Node> nodes;
    private final GangRequest request;

    Judge(GangRequest request, Topology topology, List<Node> nodes) {
        this.request = request;
        this.topology = topology;
        this.nodes = nodes;
    }

    /** The least score of any legal placement; empty if there is none. */
    Optional<List<Long>> best() {
        var best = new ArrayList<List<Long>>();
        enumerate(new int[nodes.size()], 0, request.size() - request.pinned().size(), best);
        return best.stream().findFirst();
    }

    /** Score of a placement, or empty if it is not legal. */
    Optional<List<Long>> score(TreeMap<Integer, String> placed) {
        var members = new int[nodes.size()];
        for (int member = 0; member < request.size(); member++) {
            var pin = request.pinned().get(member);
            var node = placed.get(member);
            if (pin != null) {
                if (!pin.equals(node)) {
                    return Optional.empty();
                }
                continue;
            }
            for (int n = 0; n < members.length; n++) {
                members[n] += nodes.get(n).name().equals(node) ? 1 : 0;
            }
        }
        boolean all = Arrays.stream(members).sum()
                == request.size() - request.pinned().size();
        for (int n = 0; n < members.length; n++) {
            all &= members[n] <= room(nodes.get(n));
        }
        return all && legal(members) ? Optional.of(score(members)) : Optional.empty();
    }

    private void enumerate(int[] members, int node, int rest, List<List<Long>> best) {
        if (node == members.length) {
            if (rest == 0 && legal(members)) {
                var score = score(members);
                if (best.isEmpty() || Arrays.compare(array(score), array(best.getFirst())) < 0) {
                    best.clear();
                    best.add(score);
                }
            }
            return;
        }
        for (int here = 0; here <= Math.min(rest, room(nodes.get(node))); here++) {
            members[node] = here;
            enumerate(members, node + 1, rest - here, best);
        }
        members[node] = 0;
    }

    private boolean legal(int[] members) {
        return keepsSlices(members) && staysInside(members);
    }

    /** Slices of consecutive members can be cut so that each is in one domain, if each domain gets whole slices. */
    private boolean keepsSlices(int[] members) {
        int slice = 1;
        for (var dimension : request.mesh().dimensions()) {
            slice *= dimension.degree();
            if (dimension.required().isPresent()) {
                var inDomain = new TreeMap<String, Integer>();
                for (int n = 0; n < members.length; n++) {
                    inDomain.merge(domain(nodes.get(n), dimension.required().get()), members[n], Integer::sum);
                }
                for (int count : inDomain.values()) {
                    if (count % slice != 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean staysInside(int[] members) {
        if (request.requiredLevel().isEmpty() || request.unplaced() == 0) {
            return true;
        }
        var level = request.requiredLevel().get();
        var domains = new TreeSet<String>();
        for (int n = 0; n < members.length; n++) {
            if (members[n] > 0 || pinned(nodes.get(n))) {
                if (members[n] > 0
                        && !level.equals(Topology.HOST)
                        && !nodes.get(n).domains().containsKey(level)) {
                    return false;
                }
                domains.add(domain(nodes.get(n), level));
            }
        }
        return domains.size() <= 1;
    }

    private List<Long> score(int[] members) {
        if (request.size() == 1 && request.pinned().isEmpty()) {
            return List.of(
                    leftOver(members, Topology.HOST),
                    topology.levels().stream()
                            .mapToLong(level -> lostRoom(members, level))
                            .sum());
        }
        var preferred = request.preferredLevel().orElse(topology.levels().getFirst());
        var order = new ArrayList<>(topology.levels());
        order.remove(preferred);
        order.addFirst(preferred);
        var score = new ArrayList<Long>();
        order.forEach(level -> score.add(newDomains(members, level)));
        topology.levels().reversed().forEach(level -> score.add(leftOver(members, level)));
        return score;
    }

    private long newDomains(int[] members, String level) {
        var used = new TreeSet<String>();
        for (int n = 0; n < members.length; n++) {
            if (members[n] > 0) {
                used.add(domain(nodes.get(n), level));
            }
        }
        nodes.stream().filter(this::pinned).forEach(node -> used.remove(domain(node, level)));
        return used.size();
    }

    private long leftOver(int[] members, String level) {
        var room = new TreeMap<String, Long>();
        var touched = new TreeSet<String>();
        for (int n = 0; n < members.length; n++) {
            var domain = domain(nodes.get(n), level);
            room.merge(domain, (long) room(nodes.get(n)) - members[n], Long::sum);
            if (members[n] > 0) {
                touched.add(domain);
            }
        }
        room.keySet().retainAll(touched);
        return room.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many members fewer could come in gangs of 1, 2, 4, ... that must stay in a domain of the level. */
    private long lostRoom(int[] members, String level) {
        var before = new TreeMap<String, Long>();
        var after = new TreeMap<String, Long>();
        for (int n = 0; n < members.length; n++) {
            var domain = domain(nodes.get(n), level);
            before.merge(domain, (long) room(nodes.get(n)), Long::sum);
            after.merge(domain, (long) room(nodes.get(n)) - members[n], Long::sum);
        }
        long lost = 0;
        for (long gang = 1; gang < Integer.MAX_VALUE; gang *= 2) {
            for (var domain : before.keySet()) {
                lost += gangs(before, domain, gang) * gang - gangs(after, domain, gang) * gang;
            }
        }
        return lost;
    }

    private static long gangs(TreeMap<String, Long> room, String domain, long gang) {
        return room.getOrDefault(domain, 0L) / gang;
    }

    /** Domains of one name in different outer domains differ; without a name a node shares a domain only through its inner one. */
    private String domain(Node node, String level) {
        var levels = topology.levels();
        var path = new StringBuilder();
        for (int depth = 0; depth <= levels.indexOf(level); depth++) {
            int named = depth;
            while (named < levels.size() - 1 && !node.domains().containsKey(levels.get(named))) {
                named++;
            }
            var name = named == levels.size() - 1 ? node.name() : node.domains().get(levels.get(named));
            path.append('/').append(named).append(':').append(name);
        }
        return path.toString();
    }

    private boolean pinned(Node node) {
        return request.pinned().containsValue(node.name());
    }

    private int room(Node node) {
        if (node.closed().isPresent() || request.avoid().containsKey(node.name())) {
            return 0;
        }
        return (int) request.perMember().amounts().entrySet().stream()
                .filter(need -> need.getValue() > 0)
                .mapToLong(need -> node.free().amount(need.getKey()) / need.getValue())
                .min()
                .orElse(request.size());
    }

    private static long[] array(List<Long> score) {
        return score.stream().mapToLong(Long::longValue).toArray();
    }
}

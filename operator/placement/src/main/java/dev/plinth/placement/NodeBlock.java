package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some neighbouring nodes, never changed. A cluster in which one node has changed shares all other blocks with the one before, and
 * with them the room that was worked out for members of a kind.
 */
final class NodeBlock {
    static final int SIZE = 256;
    private static final int KINDS = 8;

    private final Node[] nodes;
    /** Newest first. Several threads may read a view: each replaces the list whole, so at worst room is worked out twice. */
    private volatile List<Known> known;

    private record Known(Resources each, int[] room) {
        Known with(int i, Node node) {
            var changed = room.clone();
            changed[i] = roomOn(node, each);
            return new Known(each, changed);
        }
    }

    private NodeBlock(Node[] nodes, List<Known> known) {
        this.nodes = nodes;
        this.known = known;
    }

    static NodeBlock[] of(Node[] nodes) {
        var blocks = new NodeBlock[Math.ceilDiv(nodes.length, SIZE)];
        Arrays.setAll(
                blocks,
                i -> new NodeBlock(
                        Arrays.copyOfRange(nodes, i * SIZE, Math.min(nodes.length, (i + 1) * SIZE)), List.of()));
        return blocks;
    }

    Node at(int i) {
        return nodes[i];
    }

    NodeBlock with(int i, Node node) {
        var copy = nodes.clone();
        copy[i] = node;
        return new NodeBlock(
                copy, known.stream().map(each -> each.with(i, node)).toList());
    }

    /** Members of a kind that each node has room for; none where it is closed. */
    int[] room(Resources each) {
        for (var entry : known) {
            if (entry.each().equals(each)) {
                return entry.room();
            }
        }
        var room = new int[nodes.length];
        for (int i = 0; i < room.length; i++) {
            room[i] = roomOn(nodes[i], each);
        }
        var next = new ArrayList<>(List.of(new Known(each, room)));
        next.addAll(known.subList(0, Math.min(KINDS - 1, known.size())));
        known = List.copyOf(next);
        return room;
    }

    private static int roomOn(Node node, Resources each) {
        return node.closed().isPresent() ? 0 : node.free().times(each, GangRequest.MAX_SIZE);
    }
}

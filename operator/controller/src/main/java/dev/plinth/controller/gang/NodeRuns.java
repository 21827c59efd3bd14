package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Nodes by member index, written so short that those of 100,000 members fit into a status, and readable for people. */
final class NodeRuns {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final String TO = "..";

    private NodeRuns() {}

    /** Members side by side on one node. */
    private record Block(int from, int members, String node) {}

    static List<Run> of(SortedMap<Integer, String> nodes) {
        var runs = new ArrayList<Run>();
        var together = new ArrayList<Block>();
        for (var block : blocks(nodes)) {
            if (!together.isEmpty() && !continues(together.getLast(), block)) {
                runs.add(run(together));
                together.clear();
            }
            together.add(block);
        }
        if (!together.isEmpty()) {
            runs.add(run(together));
        }
        return runs;
    }

    /** What was written, for so many members at most; empty if somebody has written something else there. */
    static SortedMap<Integer, String> nodes(List<Run> runs, int members) {
        var nodes = new TreeMap<Integer, String>();
        try {
            for (var run : runs) {
                int index = run.from();
                for (var name : names(run.nodes(), members)) {
                    for (int i = 0; i < run.perNode() && index < members; i++) {
                        nodes.put(index++, name);
                    }
                }
            }
            return nodes;
        } catch (IllegalArgumentException | IndexOutOfBoundsException notOurs) {
            return new TreeMap<>();
        }
    }

    private static List<Block> blocks(SortedMap<Integer, String> nodes) {
        var blocks = new ArrayList<Block>();
        nodes.forEach((index, node) -> {
            var last = blocks.isEmpty() ? new Block(index, 0, node) : blocks.getLast();
            boolean same = last.members() > 0 && last.node().equals(node) && last.from() + last.members() == index;
            if (same) {
                blocks.set(blocks.size() - 1, new Block(last.from(), last.members() + 1, node));
            } else {
                blocks.add(new Block(index, 1, node));
            }
        });
        return blocks;
    }

    private static boolean continues(Block last, Block next) {
        return last.from() + last.members() == next.from() && last.members() == next.members();
    }

    private static Run run(List<Block> blocks) {
        var first = blocks.getFirst();
        return new Run(
                first.from(),
                first.members(),
                text(blocks.stream().map(Block::node).toList()));
    }

    /** What all names begin and end with stands once, around what tells them apart. */
    private static String text(List<String> names) {
        var first = names.getFirst();
        if (names.size() == 1) {
            return first;
        }
        int head = first.length();
        int tail = first.length();
        int shortest = first.length();
        for (var name : names) {
            head = Math.min(head, mismatch(first, name));
            tail = Math.min(tail, mismatch(reversed(first), reversed(name)));
            shortest = Math.min(shortest, name.length());
        }
        tail = Math.min(tail, shortest - head);
        int end = tail;
        int start = head;
        var parts = names.stream()
                .map(name -> name.substring(start, name.length() - end))
                .toList();
        return first.substring(0, head) + "[" + ranges(parts) + "]" + first.substring(first.length() - tail);
    }

    private static int mismatch(String one, String other) {
        int most = Math.min(one.length(), other.length());
        int same = 0;
        while (same < most && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return same;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    private static String ranges(List<String> parts) {
        var ranges = new ArrayList<String>();
        for (int from = 0, to; from < parts.size(); from = to + 1) {
            to = from;
            while (to + 1 < parts.size() && follows(parts.get(to), parts.get(to + 1))) {
                to++;
            }
            ranges.add(to == from ? parts.get(from) : parts.get(from) + TO + parts.get(to));
        }
        return String.join(",", ranges);
    }

    private static boolean follows(String one, String next) {
        return one.length() == next.length()
                && NUMBER.matcher(one).matches()
                && NUMBER.matcher(next).matches()
                && Integer.parseInt(one) + 1 == Integer.parseInt(next);
    }

    private static List<String> names(String text, int most) {
        int open = text.indexOf('[');
        if (open < 0) {
            return List.of(text);
        }
        int close = text.indexOf(']', open);
        var names = new ArrayList<String>();
        for (var part : text.substring(open + 1, close).split(",", -1)) {
            int to = part.indexOf(TO);
            var first = to < 0 ? part : part.substring(0, to);
            int count = to < 0 ? 1 : Integer.parseInt(part.substring(to + TO.length())) - Integer.parseInt(first) + 1;
            for (int i = 0; i < count && names.size() < most; i++) {
                var middle = to < 0 ? part : padded(Integer.parseInt(first) + i, first.length());
                names.add(text.substring(0, open) + middle + text.substring(close + 1));
            }
        }
        return names;
    }

    private static String padded(int number, int width) {
        var digits = Integer.toString(number);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}

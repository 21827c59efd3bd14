package dev.plinth.placement;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One thing to change about a gang or its cluster; several make a {@link Remedy}. */
public sealed interface Change {
    /** As a person is told to do it. */
    String text();

    /**
     * Nodes become usable for the gang.
     *
     * @param nodes why each is not, by name
     */
    record Open(SortedMap<String, String> nodes) implements Change {
        private static final int NAMED = 5;

        public Open {
            nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        }

        @Override
        public String text() {
            return "make " + (nodes.size() == 1 ? "" : nodes.size() + " nodes ") + named()
                    + (nodes.size() > NAMED ? " and others" : "") + " usable";
        }

        /** Each with its reason, or one reason for all. */
        private String named() {
            var named = nodes.entrySet().stream().limit(NAMED).toList();
            var reasons = named.stream().map(Map.Entry::getValue).distinct().toList();
            return reasons.size() == 1
                    ? named.stream().map(Map.Entry::getKey).collect(Collectors.joining(", ")) + " ("
                            + reasons.getFirst() + ")"
                    : named.stream()
                            .map(node -> node.getKey() + " (" + node.getValue() + ")")
                            .collect(Collectors.joining(", "));
        }
    }

    /**
     * Holders end.
     *
     * @param owners as in {@link Holder#owner}
     * @param room members for which that makes room in the domain where the gang would go; 0 if it is not more members that it needs
     */
    record End(List<String> owners, long room) implements Change {
        public End {
            owners = List.copyOf(owners);
        }

        @Override
        public String text() {
            return "wait until " + String.join(" and ", owners) + (owners.size() == 1 ? " ends" : " end")
                    + (room > 0 ? ", which makes room for " + room + " more" : "");
        }
    }

    /** The gang requires another level. */
    record Require(String level, String instead) implements Change {
        @Override
        public String text() {
            return "require " + level + " instead of " + instead;
        }
    }

    /** The gang prefers the level that it requires. */
    record Prefer(String level) implements Change {
        @Override
        public String text() {
            return "prefer " + level + " instead of requiring it";
        }
    }

    /** The groups of a dimension prefer the level that they require. */
    record PreferAlong(String dimension, String level) implements Change {
        @Override
        public String text() {
            return "prefer " + level + " for " + dimension + " instead of requiring it";
        }
    }

    /** The gang drops a wish for members to be spread. */
    record Share(String dimension, String level) implements Change {
        @Override
        public String text() {
            return "let members of a group of " + dimension + " share a " + level;
        }
    }

    /** The gang has another number of spares. */
    record SpareCount(int count) implements Change {
        @Override
        public String text() {
            return "ask for " + (count == 0 ? "no spares" : Words.count(count, "spare"));
        }
    }

    /** The gang has another number of members; one with a mesh has its elastic dimension changed to suit. */
    record Resize(int members) implements Change {
        @Override
        public String text() {
            return "ask for " + Words.count(members, "member");
        }
    }

    /** A member needs no more than this of the resources named here. */
    record NeedAtMost(Resources most) implements Change {
        @Override
        public String text() {
            return "let a member need at most " + most;
        }
    }

    /** All members of the gang end, and all are placed anew. */
    record ReplaceAll(String level) implements Change {
        @Override
        public String text() {
            return "replace all members, so that they can move into one " + level;
        }
    }

    /**
     * Empty nodes join.
     *
     * @param each what each has free
     * @param domains the domains that they are in, by level; none if any will do
     * @param where the same for a person; empty if any will do
     */
    record AddNodes(int count, Resources each, SortedMap<String, String> domains, String where) implements Change {
        public AddNodes {
            domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        }

        @Override
        public String text() {
            var content = each.worthSaying();
            return "add " + Words.count(count, "node")
                    + (content.amounts().isEmpty() ? "" : " with " + content + (count == 1 ? "" : " each"))
                    + (where.isEmpty() ? "" : " in " + where);
        }
    }
}

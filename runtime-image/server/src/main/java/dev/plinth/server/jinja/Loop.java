package dev.plinth.server.jinja;

import java.util.List;

/** What {@code loop} tells in a loop's body. */
final class Loop {
    private final List<Object> items;
    private final int depth;
    private int index;
    private List<Object> lastSeen = List.of();

    Loop(List<Object> items, int depth) {
        this.items = items;
        this.depth = depth;
    }

    void at(int position) {
        index = position;
    }

    Object get(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" ->
                (Callable) arguments -> arguments
                        .positional()
                        .get(index % arguments.positional().size());
            case "changed" -> (Callable) this::changed;
            default -> new Undefined("a loop has no '" + name + "'");
        };
    }

    private Object changed(Arguments arguments) {
        boolean changed = index == 0 || !Values.equal(lastSeen, arguments.positional());
        lastSeen = arguments.positional();
        return changed;
    }
}

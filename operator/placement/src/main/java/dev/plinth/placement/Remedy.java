package dev.plinth.placement;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What would let a gang start that cannot be placed now: with these changes, all of them together, the placer finds a place for it.
 *
 * @param changes none of which can be left out
 */
public record Remedy(List<Change> changes) {
    public Remedy {
        changes = List.copyOf(changes);
    }

    static Remedy of(Change change) {
        return new Remedy(List.of(change));
    }

    /** What a person is told to do. */
    public String text() {
        var texts = changes.stream().map(Change::text).collect(Collectors.joining(", and "));
        return changes.size() < 2 ? texts : "all of this together: " + texts;
    }
}

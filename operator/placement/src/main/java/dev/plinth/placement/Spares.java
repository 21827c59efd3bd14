package dev.plinth.placement;

import java.util.Optional;

/**
 * Members too many, kept warm so that one of them can stand in for a lost one.
 *
 * @param near each spare must lie in a domain of this level that also has a member; absent means anywhere. In a gang that must stay
 *     in a domain of some level its spares stay there too
 */
public record Spares(int count, Optional<String> near) {
    public static final Spares NONE = new Spares(0, Optional.empty());

    public static Spares of(int count) {
        return new Spares(count, Optional.empty());
    }

    public Spares near(String level) {
        return new Spares(count, Optional.of(level));
    }
}

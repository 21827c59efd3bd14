package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One request on one tree: which domains of a level it gets, level by level.
 *
 * @param leaders 1 if a leader needs room
 * @param requested level of which one domain, or few, should hold it
 */
record KueueDescent(
        Tree tree,
        KueueSlicing slicing,
        int members,
        int leaders,
        int requested,
        boolean required,
        boolean unconstrained) {
    /** Pods or slices: what is handed out. */
    private enum Unit {
        PODS,
        SLICES;

        int of(Domain domain) {
            return this == PODS ? domain.pods : domain.slices;
        }

        int led(Domain domain) {
            return this == PODS ? domain.podsLed : domain.slicesLed;
        }

        int of(Domain domain, int leaders) {
            return leaders > 0 ? led(domain) : of(domain);
        }

        void set(Domain domain, int amount, int size) {
            domain.slices = this == SLICES ? amount : domain.slices;
            domain.pods = amount * size;
        }
    }

    int slices() {
        return members / slicing.size();
    }

    Optional<List<Domain>> bestFit() {
        return fitting(requested).flatMap(found -> {
            int level = found.getFirst().level;
            var chosen = take(found, members, leaders, slicing.size(), Unit.SLICES);
            for (; chosen.isPresent() && level < Math.min(host(), slicing.level()); level++) {
                var pool = sorted(children(chosen.get()));
                chosen = take(pool, members, leaders, slicing.size(), Unit.SLICES);
            }
            int from = level;
            return chosen.flatMap(domains -> inside(domains, from));
        });
    }

    /** From chosen domains down to hosts, each parent for itself. */
    Optional<List<Domain>> inside(List<Domain> domains, int from) {
        var chosen = domains;
        for (int level = from; level < host(); level++) {
            int size = level < slicing.level() ? slicing.size() : Math.max(1, slicing.inner()[level + 1]);
            var next = new ArrayList<Domain>();
            for (var domain : chosen) {
                var inner = sorted(domain.children);
                if (size > 1) {
                    inner.forEach(child -> {
                        child.slices = child.pods / size;
                        child.slicesLed = child.podsLed / size;
                    });
                }
                var taken = take(inner, domain.pods, domain.leaders, size, size > 1 ? Unit.SLICES : Unit.PODS);
                if (taken.isEmpty()) {
                    return Optional.empty();
                }
                next.addAll(taken.get());
            }
            chosen = next;
        }
        return Optional.of(chosen);
    }

    Optional<List<Domain>> take(List<Domain> domains) {
        return take(domains, members, leaders, slicing.size(), Unit.SLICES);
    }

    private int host() {
        return tree.byLevel.size() - 1;
    }

    private Optional<List<Domain>> fitting(int level) {
        var domains = sortedLed(tree.byLevel.get(level));
        if (domains.isEmpty()) {
            return Optional.empty();
        }
        if (unconstrained) {
            var tight = domains.stream().filter(this::holdsAll).findFirst();
            if (tight.isPresent()) {
                return Optional.of(List.of(tight.get()));
            }
        }
        var first = domains.getFirst();
        if (first.slicesLed >= slices() && first.leaders >= leaders) {
            return Optional.of(List.of(unconstrained ? first : tightest(domains, slices(), leaders, Unit.SLICES)));
        }
        if (required) {
            return Optional.empty();
        }
        return level > 0 && !unconstrained ? fitting(level - 1) : several(domains);
    }

    private boolean holdsAll(Domain domain) {
        return domain.leaders >= leaders && Unit.SLICES.of(domain, leaders) >= slices();
    }

    private Optional<List<Domain>> several(List<Domain> all) {
        var domains = leaderFirst(all, members, leaders, slicing.size(), Unit.SLICES);
        var chosen = new ArrayList<Domain>();
        int rest = slices();
        int missing = leaders;
        int next = 0;
        for (; missing > 0 && next < domains.size() && domains.get(next).leaders > 0; next++) {
            var domain = domains.get(next);
            if (!unconstrained && domain.slicesLed >= rest) {
                domain = tightest(domains.subList(next, domains.size()), rest, missing, Unit.SLICES);
            }
            chosen.add(domain);
            missing -= domain.leaders;
            rest -= domain.slicesLed;
        }
        if (missing > 0) {
            return Optional.empty();
        }
        var others = sorted(domains.subList(next, domains.size()));
        for (int i = 0; rest > 0 && i < others.size(); i++) {
            var domain = others.get(i);
            if (!unconstrained && domain.slices >= rest) {
                domain = tightest(others.subList(i, others.size()), rest, 0, Unit.SLICES);
            }
            chosen.add(domain);
            rest -= domain.slices;
        }
        return rest > 0 ? Optional.empty() : Optional.of(chosen);
    }

    /** Takes from the domains in order until the request is met; sets what each of them gets. Empty if they do not hold it. */
    private Optional<List<Domain>> take(List<Domain> given, int pods, int leading, int size, Unit unit) {
        var domains = leaderFirst(given, pods, leading, size, unit);
        var chosen = new ArrayList<Domain>();
        int rest = pods / size;
        int missing = leading;
        for (int i = 0; i < domains.size(); i++) {
            var domain = domains.get(i);
            boolean last = unit.of(domain, missing) >= rest && domain.leaders >= missing;
            if (!unconstrained && last) {
                domain = tightest(domains.subList(i, domains.size()), rest, missing, unit);
                last = unit.of(domain, missing) >= rest && domain.leaders >= missing;
            }
            int share = last ? rest : Math.min(rest, unit.of(domain, missing));
            int here = Math.min(missing, domain.leaders);
            unit.set(domain, share, size);
            domain.leaders = here;
            chosen.add(domain);
            if (last) {
                return Optional.of(chosen);
            }
            rest -= share;
            missing -= here;
        }
        return Optional.empty();
    }

    /** The leader goes to the first domain where it leaves enough for the members. */
    private static List<Domain> leaderFirst(List<Domain> domains, int pods, int leading, int size, Unit unit) {
        if (leading == 0 || domains.size() < 2) {
            return domains;
        }
        int spare = domains.stream().mapToInt(unit::of).sum() - pods / size;
        var leader = domains.stream()
                .filter(domain -> domain.leaders >= leading && unit.of(domain) - unit.led(domain) <= spare)
                .findFirst();
        if (leader.isEmpty()) {
            return domains;
        }
        var ordered = new ArrayList<>(domains);
        ordered.remove(leader.get());
        ordered.addFirst(leader.get());
        return ordered;
    }

    List<Domain> children(List<Domain> domains) {
        return domains.stream().flatMap(domain -> domain.children.stream()).toList();
    }

    /** By falling slices (rising for an unconstrained job), rising pods, name. */
    List<Domain> sorted(List<Domain> domains) {
        var bySlices = Comparator.comparingInt(Domain::slices);
        return domains.stream()
                .sorted((unconstrained ? bySlices : bySlices.reversed())
                        .thenComparingInt(Domain::pods)
                        .thenComparingInt(Domain::index))
                .toList();
    }

    /** The same counted with the leader; first those that can take it. */
    List<Domain> sortedLed(List<Domain> domains) {
        var bySlices = Comparator.comparingInt((Domain domain) -> domain.slicesLed);
        return domains.stream()
                .sorted(Comparator.comparingInt((Domain domain) -> -domain.leaders)
                        .thenComparing(unconstrained ? bySlices : bySlices.reversed())
                        .thenComparingInt(domain -> domain.podsLed)
                        .thenComparingInt(Domain::index))
                .toList();
    }

    private static Domain tightest(List<Domain> domains, int wanted, int leading, Unit unit) {
        return domains.stream()
                .filter(domain -> domain.leaders >= leading && unit.of(domain, leading) >= wanted)
                .min(Comparator.comparingInt(domain -> unit.of(domain, leading)))
                .orElse(domains.getFirst());
    }
}

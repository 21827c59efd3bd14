package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule of Kueue's topology-aware scheduling (KEP-2724, as of August 2026), written anew from its description: count pods and
 * slices bottom up; find the level at which one domain, the tightest, holds the request, else take the largest; descend, the
 * children of all chosen domains pooled above the slice level. A job that asks for no level is unconstrained: LeastFreeCapacity at
 * the host level. The leader, which needs no accelerators, always fits beside a worker and is left out.
 */
public final class Kueue implements Policy {
    private final String name;
    private final boolean balanced;
    private final int forcedSlice;

    private Kueue(String name, boolean balanced, int forcedSlice) {
        this.name = name;
        this.balanced = balanced;
        this.forcedSlice = forcedSlice;
    }

    public static Kueue bestFit() {
        return new Kueue("Kueue BestFit", false, 1);
    }

    /** With the feature gate TASBalancedPlacement. */
    public static Kueue balanced() {
        return new Kueue("Kueue Balanced", true, 1);
    }

    /** The user asks for slices in one domain above the hosts, if the job has no slices of its own. */
    public static Kueue slices(int size) {
        return new Kueue("Kueue slice-" + size, false, size);
    }

    @Override
    public String policyName() {
        return name;
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var tree = new Tree(occupancy, job);
        int size = job.slice().map(Job.Slice::size).orElse(job.members() % forcedSlice == 0 ? forcedSlice : 1);
        int sliceLevel = job.slice()
                .map(slice -> fleet.level(slice.level()))
                .orElse(size > 1 ? Math.max(0, fleet.host() - 1) : fleet.host());
        boolean required = job.required().isPresent();
        boolean unconstrained = !required && job.preferred().isEmpty() && size == 1;
        int requested =
                job.required().or(job::preferred).map(fleet::level).orElse(unconstrained ? fleet.host() : sliceLevel);
        if (requested > sliceLevel || job.members() % size != 0) {
            return Optional.empty();
        }
        tree.countSlices(size, sliceLevel);
        var request = new Request(tree, job.members(), size, requested, sliceLevel, required, unconstrained);
        if (balanced && !required && !unconstrained) {
            var chosen = new KueueBalanced(request).place();
            if (chosen.isPresent()) {
                return chosen.flatMap(domains -> Tree.hosts(domains, job.members()));
            }
            tree.countSlices(size, sliceLevel);
        }
        return request.bestFit().flatMap(domains -> Tree.hosts(domains, job.members()));
    }

    /** One request on one tree. */
    record Request(
            Tree tree,
            int count,
            int sliceSize,
            int requested,
            int sliceLevel,
            boolean required,
            boolean unconstrained) {
        int slices() {
            return count / sliceSize;
        }

        Optional<List<Domain>> bestFit() {
            var found = fitting(requested);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            int level = found.get().getFirst().level;
            var chosen = minimumSlices(found.get(), slices());
            for (; level < Math.min(tree.byLevel.size() - 1, sliceLevel); level++) {
                chosen = minimumSlices(sorted(children(chosen)), slices());
            }
            return Optional.of(belowSlices(chosen, level));
        }

        /** At and below the slice level: per parent, pod by pod. */
        List<Domain> belowSlices(List<Domain> from, int fromLevel) {
            var chosen = from;
            for (int level = fromLevel; level < tree.byLevel.size() - 1; level++) {
                var next = new ArrayList<Domain>();
                for (var domain : chosen) {
                    var byPods = new ArrayList<>(domain.children);
                    byPods.sort(podOrder());
                    next.addAll(minimumPods(byPods, domain.pods));
                }
                chosen = next;
            }
            return chosen;
        }

        private Optional<List<Domain>> fitting(int level) {
            var domains = sorted(tree.byLevel.get(level));
            if (domains.isEmpty()) {
                return Optional.empty();
            }
            if (unconstrained) {
                var tight = domains.stream()
                        .filter(domain -> domain.slices >= slices())
                        .findFirst();
                if (tight.isPresent()) {
                    return Optional.of(List.of(tight.get()));
                }
            } else if (domains.getFirst().slices >= slices()) {
                return Optional.of(List.of(tightest(domains, slices(), Domain::slices)));
            }
            if (required) {
                return Optional.empty();
            }
            if (level > 0 && !unconstrained) {
                return fitting(level - 1);
            }
            var chosen = new ArrayList<Domain>();
            int rest = slices();
            for (int i = 0; rest > 0 && i < domains.size(); i++) {
                var domain = domains.get(i);
                if (!unconstrained && domain.slices >= rest) {
                    domain = tightest(domains.subList(i, domains.size()), rest, Domain::slices);
                }
                chosen.add(domain);
                rest -= domain.slices;
            }
            return rest > 0 ? Optional.empty() : Optional.of(chosen);
        }

        /** Takes from the domains in order until the request is met; sets what each of them gets. */
        private List<Domain> minimumSlices(List<Domain> domains, int wanted) {
            var chosen = new ArrayList<Domain>();
            int rest = wanted;
            for (int i = 0; i < domains.size(); i++) {
                var domain = domains.get(i);
                if (!unconstrained && domain.slices >= rest) {
                    domain = tightest(domains.subList(i, domains.size()), rest, Domain::slices);
                }
                chosen.add(domain);
                domain.slices = Math.min(domain.slices, rest);
                domain.pods = domain.slices * sliceSize;
                rest -= domain.slices;
                if (rest == 0) {
                    break;
                }
            }
            return chosen;
        }

        private List<Domain> minimumPods(List<Domain> domains, int wanted) {
            var chosen = new ArrayList<Domain>();
            int rest = wanted;
            for (int i = 0; i < domains.size() && rest > 0; i++) {
                var domain = domains.get(i);
                if (!unconstrained && domain.pods >= rest) {
                    domain = tightest(domains.subList(i, domains.size()), rest, Domain::pods);
                }
                chosen.add(domain);
                domain.pods = Math.min(domain.pods, rest);
                rest -= domain.pods;
            }
            return chosen;
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

        private Comparator<Domain> podOrder() {
            var byPods = Comparator.comparingInt(Domain::pods);
            return (unconstrained ? byPods : byPods.reversed()).thenComparingInt(Domain::index);
        }

        private static Domain tightest(
                List<Domain> domains, int wanted, java.util.function.ToIntFunction<Domain> count) {
            return domains.stream()
                    .filter(domain -> count.applyAsInt(domain) >= wanted)
                    .min(Comparator.comparingInt(count))
                    .orElse(domains.getFirst());
        }
    }
}

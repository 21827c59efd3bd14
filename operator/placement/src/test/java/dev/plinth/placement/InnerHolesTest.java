package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InnerHolesTest {
    /** Tries every way to share the members, and counts what gangs of each size lose from the definition. */
    @Test
    void noWayToShareMembersAmongChildrenLosesLessRoomThanTheLeast() {
        int compared = 0;
        for (long seed = 1; seed <= 300; seed++) {
            var random = MeshCases.random(seed);
            var cluster = random.cluster();
            var request = random.request();
            var problem = MeshProblem.of(cluster, request, Rooms.of(cluster, request));
            var inside = InnerHoles.of(problem);
            for (int depth = 0; depth < inside.innermost(); depth++) {
                for (var domain : cluster.domains(depth)) {
                    for (int members = 1; members <= problem.rooms().in(domain); members++) {
                        long least = least(problem.rooms(), domain.children(), 0, members);
                        assertThat(inside.least(domain, members))
                                .as("seed %d, %d members in %s", seed, members, domain.path())
                                .isLessThanOrEqualTo(least);
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(1_000);
    }

    @Test
    void aDomainThatIsFilledLosesWhatItsChildrenHeld() {
        var request = GangRequest.of("g", 7, Resources.of(SmallCases.GPU, 1))
                .talking(Mesh.of(1, Dimension.ring("dp", 7, 1e9)));
        var topology = Topology.linked(
                new Topology.Level("rack", new Uplink(50e9, 1)),
                new Topology.Level(Topology.HOST, new Uplink(50e9, 1)));
        var cluster = Cluster.of(topology, List.of(node("a", 3), node("b", 4)));
        var inside = InnerHoles.of(MeshProblem.of(cluster, request, Rooms.of(cluster, request)));
        // Gangs of 1 and 2 lose 3 and 2 of the first, gangs of 1, 2 and 4 lose 4 each of the second.
        assertThat(inside.least(cluster.domains(0).getFirst(), 7)).isEqualTo(3 + 2 + 3 * 4);
    }

    private static Node node(String name, int free) {
        return new Node(name, new TreeMap<>(Map.of("rack", "r")), Resources.of(SmallCases.GPU, free));
    }

    private static long least(Rooms rooms, List<Domain> children, int from, int members) {
        if (from == children.size()) {
            return members == 0 ? 0 : Long.MAX_VALUE / 2;
        }
        long least = Long.MAX_VALUE / 2;
        long room = rooms.in(children.get(from));
        for (int share = 0; share <= Math.min(room, members); share++) {
            long lost = 0;
            for (long size = 1; share > 0 && size <= room; size *= 2) {
                lost += room / size * size - (room - share) / size * size;
            }
            least = Math.min(least, lost + least(rooms, children, from + 1, members - share));
        }
        return least;
    }
}

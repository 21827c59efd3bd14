package dev.plinth.clusterbench;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.MemberTemplate.Resources;
import dev.plinth.api.v1alpha1.Parallelism.Offload;
import dev.plinth.api.v1alpha1.Parallelism.Precision;
import dev.plinth.api.v1alpha1.Parallelism.Recompute;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.Plan.Group;
import dev.plinth.api.v1alpha1.Plan.Layout;
import dev.plinth.api.v1alpha1.Plan.Memory;
import dev.plinth.api.v1alpha1.Plan.Schedule;
import dev.plinth.api.v1alpha1.Plan.Step;
import dev.plinth.api.v1alpha1.Plan.Traffic;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.api.v1alpha1.TopologyWish;
import dev.plinth.tierbench.input.Job;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gangs of the benchmark. */
final class BenchGang {
    private BenchGang() {}

    /** Members of so many GPUs each that lie anywhere. */
    static Gang anywhere(Arrival arrival, int gpus) {
        return of(arrival, gpus, null, null);
    }

    /** Members that one domain of a level must hold, and that exchange data as the job says. */
    static Gang within(Arrival arrival, String level, Job job) {
        return of(arrival, job.accelerators(), new TopologyWish(level, null), plan(job));
    }

    private static Gang of(Arrival arrival, int gpus, @Nullable TopologyWish wish, @Nullable Plan plan) {
        var empty = MemberTemplate.EMPTY;
        var gang = new Gang();
        gang.setMetadata(new ObjectMetaBuilder()
                .withName(arrival.gang())
                .withNamespace(Stage.NAMESPACE)
                .build());
        gang.setSpec(new GangSpec(
                arrival.members(),
                new MemberTemplate(
                        "plinth.dev/none:dev",
                        empty.imagePullPolicy(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new Resources(Map.of(), Map.of("nvidia.com/gpu", new Quantity(Integer.toString(gpus)))),
                        List.of(),
                        List.of(),
                        Map.of(),
                        List.of(),
                        null,
                        null,
                        1,
                        null,
                        Map.of()),
                new Contract(ContractFramework.TorchStatic, gpus, null, false),
                wish,
                null,
                Lifecycle.Finite,
                RecoveryPolicy.DEFAULT,
                null,
                plan,
                null));
        return gang;
    }

    /** Who exchanges how much with whom; what else a plan says has no part in where members go. */
    private static @Nullable Plan plan(Job job) {
        if (job.mesh().isEmpty()) {
            return null;
        }
        return new Plan(
                "bench",
                "H100",
                Math.toIntExact(job.gpus()),
                new Layout(
                        1, 1, 1, 1, 1, 1, 1, Schedule.OneForwardOneBackward, 1, 0, Recompute.None, false, Offload.None),
                Precision.BF16,
                new Memory(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                new Step("1", "1", "1", "1", null),
                job.mesh().stream().map(BenchGang::group).toList(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Group group(Job.Dimension dimension) {
        var split = switch (dimension.name()) {
            case "tp" -> Dimension.Tensor;
            case "pp" -> Dimension.Pipeline;
            default -> Dimension.Data;
        };
        var traffic = switch (dimension.traffic()) {
            case RING -> Traffic.Ring;
            case ALL_TO_ALL -> Traffic.AllToAll;
            case POINT_TO_POINT -> Traffic.PointToPoint;
        };
        return new Group(split, dimension.degree(), traffic, (long) dimension.bytes());
    }
}

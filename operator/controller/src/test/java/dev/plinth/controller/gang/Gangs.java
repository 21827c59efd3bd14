package dev.plinth.controller.gang;

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
import dev.plinth.api.v1alpha1.Plan.Group;
import dev.plinth.api.v1alpha1.Plan.Layout;
import dev.plinth.api.v1alpha1.Plan.Memory;
import dev.plinth.api.v1alpha1.Plan.Schedule;
import dev.plinth.api.v1alpha1.Plan.Step;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.api.v1alpha1.Scheduling;
import dev.plinth.api.v1alpha1.TopologyWish;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gangs for tests. */
final class Gangs {
    private Gangs() {}

    /** Members with so many GPUs each, of which only lost ones are replaced. */
    static Gang of(String namespace, String name, int size, int gpus) {
        return of(namespace, name, size, gpus, ContractFramework.Bundled, Map.of(), null);
    }

    /** A gang that may be repaired so many times after failures of its own. */
    static Gang withRestarts(String namespace, String name, int size, int maxRestarts) {
        return withRecovery(of(namespace, name, size, 8), new RecoveryPolicy(maxRestarts, 10));
    }

    /** The same gang, with a change that somebody else could make. */
    static Gang withOneMoreRestart(Gang gang) {
        var recovery = gang.getSpec().recovery();
        return withRecovery(gang, new RecoveryPolicy(recovery.maxRestarts() + 1, recovery.silenceSeconds()));
    }

    /** The same gang, whose members exchange data like this; what else a plan says is made up. */
    static Gang talking(Gang gang, int accelerators, Group... groups) {
        var spec = gang.getSpec();
        var plan = new Plan(
                "made-up",
                "H100",
                accelerators,
                new Layout(
                        1, 1, 1, 1, 1, 1, 1, Schedule.OneForwardOneBackward, 1, 0, Recompute.None, false, Offload.None),
                Precision.BF16,
                new Memory(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                new Step("1", "1", "1", "1", null),
                List.of(groups),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        gang.setSpec(new GangSpec(
                spec.size(),
                spec.template(),
                spec.contract(),
                spec.topology(),
                spec.scheduling(),
                spec.lifecycle(),
                spec.recovery(),
                spec.revision(),
                plan,
                spec.formation()));
        return gang;
    }

    /** The same gang, brought to nodes by somebody else. */
    static Gang scheduledBy(Gang gang, Scheduling scheduling, @Nullable TopologyWish wish) {
        var spec = gang.getSpec();
        gang.setSpec(new GangSpec(
                spec.size(),
                spec.template(),
                spec.contract(),
                wish,
                scheduling,
                spec.lifecycle(),
                spec.recovery(),
                spec.revision(),
                spec.plan(),
                spec.formation()));
        return gang;
    }

    /** The same gang, which is to run something else. */
    static Gang running(Gang gang, String revision) {
        var spec = gang.getSpec();
        gang.setSpec(new GangSpec(
                spec.size(),
                spec.template(),
                spec.contract(),
                spec.topology(),
                spec.scheduling(),
                spec.lifecycle(),
                spec.recovery(),
                revision,
                spec.plan(),
                spec.formation()));
        return gang;
    }

    /** A gang whose members report, and count as silent after three seconds. */
    static Gang reporting(String namespace, String name, int size) {
        var gang = withRecovery(of(namespace, name, size, 8), new RecoveryPolicy(10, 3));
        var spec = gang.getSpec();
        gang.setSpec(new GangSpec(
                spec.size(),
                spec.template(),
                new Contract(ContractFramework.Bundled, 1, null, true),
                spec.topology(),
                spec.scheduling(),
                spec.lifecycle(),
                spec.recovery(),
                null,
                null,
                null));
        return gang;
    }

    private static Gang withRecovery(Gang gang, RecoveryPolicy recovery) {
        var spec = gang.getSpec();
        gang.setSpec(new GangSpec(
                spec.size(),
                spec.template(),
                spec.contract(),
                spec.topology(),
                spec.scheduling(),
                spec.lifecycle(),
                recovery,
                spec.revision(),
                spec.plan(),
                spec.formation()));
        return gang;
    }

    static Gang of(
            String namespace,
            String name,
            int size,
            int gpus,
            ContractFramework framework,
            Map<String, Object> overlay,
            @Nullable TopologyWish wish) {
        var gang = new Gang();
        gang.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
        var template = MemberTemplate.EMPTY;
        gang.setSpec(new GangSpec(
                size,
                new MemberTemplate(
                        "plinth.dev/none:dev",
                        template.imagePullPolicy(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new Resources(Map.of(), Map.of("nvidia.com/gpu", new Quantity(Integer.toString(gpus)))),
                        List.of(),
                        List.of(),
                        Map.of(),
                        List.of(new dev.plinth.api.v1alpha1.Toleration(
                                null, dev.plinth.api.v1alpha1.Toleration.Operator.Exists, null, null, null)),
                        null,
                        null,
                        1,
                        null,
                        overlay),
                new Contract(framework, 1, null, false),
                wish,
                null,
                Lifecycle.Finite,
                RecoveryPolicy.DEFAULT,
                null,
                null,
                null));
        return gang;
    }
}

package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.Framework;
import dev.plinth.api.v1alpha1.Framework.Rendezvous;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobSpec;
import dev.plinth.controller.contract.Fingerprint;
import dev.plinth.controller.contract.GangTemplate;
import dev.plinth.controller.contract.GangTemplate.Mounted;
import dev.plinth.controller.contract.SharedEnvironment;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.planning.PlanEnvironment;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders the gang of a job: what its workers run, in the terms of the gang controller. */
final class JobGang {

    private JobGang() {}

    /** The whole gang but its formation, which belongs to the gang controller. */
    static Gang of(TrainingJob job, Optional<Plan> plan, String runtimeImage) {
        var metadata = job.getMetadata();
        var spec = job.getSpec();
        var directory = CheckpointFolder.of(job).mounted();
        var gang = new Gang();
        gang.setMetadata(new ObjectMetaBuilder()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .addToLabels(Labels.JOB, metadata.getName())
                .withOwnerReferences(Owners.controlledBy(job))
                .build());
        gang.setSpec(new GangSpec(
                spec.workers().count(),
                additions(
                                spec,
                                directory,
                                plan.map(split -> PlanEnvironment.of(job, split.layout()))
                                        .orElse(List.of()),
                                runtimeImage)
                        .completing(spec.workers().template()),
                contract(spec, directory),
                spec.topology(),
                spec.scheduling(),
                Lifecycle.Finite,
                spec.recovery(),
                revision(job, plan),
                JobStatus.orNull(plan),
                null));
        return gang;
    }

    /** Names what the workers run by what the user says of it and by their layout, so that a newer operator does not start them again. */
    static String revision(TrainingJob job, Optional<Plan> plan) {
        var template = job.getSpec().workers().template();
        var parallelism = job.getSpec().parallelism();
        return parallelism == null || plan.isEmpty()
                ? Fingerprint.of(template)
                : Fingerprint.of(template, parallelism, plan.get().layout());
    }

    private static Contract contract(TrainingJobSpec spec, String directory) {
        var framework = spec.framework();
        return new Contract(
                name(framework),
                spec.workers().processesPerWorker(),
                spec.checkpoint() == null ? null : directory,
                // Only the bundled trainer is known to report; silence of others says nothing.
                framework.bundled() != null);
    }

    private static ContractFramework name(Framework framework) {
        var torch = framework.torch();
        if (torch != null) {
            return torch.rendezvous() == Rendezvous.Elastic
                    ? ContractFramework.TorchElastic
                    : ContractFramework.TorchStatic;
        }
        return framework.jax() != null ? ContractFramework.Jax : ContractFramework.Bundled;
    }

    private static GangTemplate additions(
            TrainingJobSpec spec, String directory, List<EnvVar> planned, String runtimeImage) {
        var bundled = spec.framework().bundled();
        var mounted = new ArrayList<Mounted>();
        var checkpoint = spec.checkpoint();
        if (checkpoint != null) {
            mounted.add(Mounted.claim("plinth-checkpoints", checkpoint.claim(), CheckpointFolder.MOUNT, false));
        }
        mounted.add(bundled == null ? Mounted.sharedMemory() : Mounted.temporary());
        return bundled == null
                ? new GangTemplate(
                        Optional.empty(),
                        List.of(),
                        Stream.concat(torchEnvironment(spec.framework().torch()).stream(), planned.stream())
                                .toList(),
                        mounted)
                : new GangTemplate(
                        Optional.of(runtimeImage),
                        List.of("train"),
                        SharedEnvironment.bundled(TrainerConfig.of(bundled, spec, directory)),
                        mounted);
    }

    private static List<EnvVar> torchEnvironment(Framework.@Nullable Torch torch) {
        return torch != null && torch.rendezvous() == Rendezvous.Elastic
                ? SharedEnvironment.torchElastic(torch.maxRestarts())
                : List.of();
    }
}

package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Parallelism;
import dev.plinth.api.v1alpha1.Parallelism.Given;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJobSpec;
import dev.plinth.controller.contract.Fingerprint;
import dev.plinth.planner.Wishes;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.hardware.UnknownAcceleratorException;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.UnknownModelException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a job asks for its plan.
 *
 * @param name of the job
 * @param asked the wish in its spec
 */
record Question(String name, TrainingJobSpec spec, Parallelism asked) {

    static final String CPU = "CPU";

    private static final String SAY_WHICH =
            "Set spec.parallelism.accelerator, or the labels or spec.workers.template.nodeSelector that leave one.";

    /** Equal for all jobs that ask the same; what else a job says does not make its plan anew. */
    String fingerprint() {
        return Fingerprint.of(asked, spec.workers().count(), workers().accelerators());
    }

    WorkerShape workers() {
        return WorkerShape.of(spec.workers());
    }

    /** Whether torchrun would start another number of processes than there are accelerators. */
    boolean leavesAcceleratorsIdle() {
        return spec.framework().torch() != null
                && spec.workers().processesPerWorker() != workers().accelerators();
    }

    /**
     * The same where it is to be carried out.
     *
     * @throws UnknownModelException if there is no such model
     * @throws UnknownAcceleratorException if nobody says which accelerator it is
     */
    OnSite on(Site site) {
        return new OnSite(this, accelerator(site), site);
    }

    /** The same on the accelerator that a plan was made for; empty if that is not known any more. */
    Optional<OnSite> on(Site site, Plan plan) {
        return site.catalogue().find(plan.accelerator()).map(accelerator -> new OnSite(this, accelerator, site));
    }

    /** What is trained, and by which program. */
    Training training() {
        return new Training(
                ShapeReader.read(name, asked.model()),
                asked.sequenceLength(),
                asked.globalBatch(),
                Precision.valueOf(asked.precision().name()),
                framework());
    }

    private Framework framework() {
        var trainer = asked.trainer();
        return trainer == null
                ? Framework.JAX
                : Framework.valueOf(trainer.name().toUpperCase(Locale.ROOT));
    }

    private Accelerator accelerator(Site site) {
        var catalogue = site.catalogue();
        if (asked.accelerator() != null) {
            return catalogue
                    .find(asked.accelerator())
                    .orElseThrow(
                            () -> unknown("accelerator '%s' is unknown".formatted(asked.accelerator()), catalogue));
        }
        if (workers().resource().isEmpty()) {
            return catalogue.get(CPU);
        }
        var products = new TreeSet<String>();
        site.hosts().forEach(host -> host.product().ifPresent(products::add));
        var known = new TreeSet<String>();
        products.forEach(
                product -> catalogue.recognise(product).map(Accelerator::name).ifPresent(known::add));
        if (known.size() == 1) {
            return catalogue.get(known.first());
        }
        if (known.size() > 1) {
            throw new UnknownAcceleratorException("nodes have several: " + String.join(", ", known) + ". " + SAY_WHICH);
        }
        throw products.isEmpty()
                ? new UnknownAcceleratorException("no node with %s says what it is; %s. %s"
                        .formatted(workers().resource().orElse("an accelerator"), known(catalogue), SAY_WHICH))
                : unknown("nodes have %s, of which none is known".formatted(String.join(", ", products)), catalogue);
    }

    private static UnknownAcceleratorException unknown(String what, Catalogue catalogue) {
        return new UnknownAcceleratorException(
                "%s; %s. Set spec.parallelism.accelerator to the nearest of these, or have it described in spec.accelerators of the ClusterTopology default: its memory, memoryBandwidth and peak, or what it is like, and its name on nodes in products."
                        .formatted(what, known(catalogue)));
    }

    private static String known(Catalogue catalogue) {
        return "known are " + String.join(", ", catalogue.accelerators().keySet());
    }

    Wishes wishes() {
        var given = asked.given();
        return given == null ? Wishes.none() : wishes(given);
    }

    private static Wishes wishes(Given given) {
        return new Wishes(
                optional(given.tensor()),
                optional(given.context()),
                optional(given.pipeline()),
                optional(given.data()),
                optional(given.expert()),
                optional(given.microBatch()),
                OptionalInt.empty(),
                optional(given.zeroStage()),
                Optional.empty(),
                Optional.ofNullable(given.recompute()).map(mode -> of(Recompute.class, mode)),
                Optional.ofNullable(given.offload()).map(where -> of(Offload.class, where)));
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** Values of the API are named as those of the planner, in another case. */
    private static <E extends Enum<E>> E of(Class<E> type, Enum<?> value) {
        return Enum.valueOf(type, value.name().toUpperCase(Locale.ROOT));
    }
}

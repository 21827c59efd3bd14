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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a job asks for its plan.
 *
 * @param name of the job
 * @param asked the wish in its spec
 */
record Question(String name, TrainingJobSpec spec, Parallelism asked) {

    static final Catalogue CATALOGUE = Catalogue.standard();
    static final String CPU = "CPU";

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
        return new OnSite(this, accelerator(site.hosts()), site);
    }

    /** The same on the accelerator that a plan was made for. */
    OnSite on(Site site, Plan plan) {
        return new OnSite(this, CATALOGUE.get(plan.accelerator()), site);
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

    private Accelerator accelerator(List<Host> hosts) {
        if (asked.accelerator() != null) {
            return CATALOGUE.get(asked.accelerator());
        }
        if (workers().resource().isEmpty()) {
            return CATALOGUE.get(CPU);
        }
        var products = new TreeSet<String>();
        hosts.forEach(host -> host.product().ifPresent(products::add));
        var known = new TreeSet<String>();
        products.forEach(
                product -> CATALOGUE.recognise(product).map(Accelerator::name).ifPresent(known::add));
        if (known.size() == 1) {
            return CATALOGUE.get(known.first());
        }
        throw new UnknownAcceleratorException(whyUnknown(products, known));
    }

    private String whyUnknown(Set<String> products, Set<String> known) {
        var catalogue =
                "; known are " + String.join(", ", CATALOGUE.accelerators().keySet());
        if (products.isEmpty()) {
            return "no node with %s says what it is%s"
                    .formatted(workers().resource().orElse("an accelerator"), catalogue);
        }
        return known.isEmpty()
                ? "nodes have %s, of which none is known%s".formatted(String.join(", ", products), catalogue)
                : "nodes have several: " + String.join(", ", known);
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

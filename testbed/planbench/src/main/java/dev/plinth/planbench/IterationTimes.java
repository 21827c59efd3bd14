package dev.plinth.planbench;

import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Tables in the form of {@code a100-iteration-times.csv}: GPT models trained by Megatron-DeepSpeed. */
final class IterationTimes {
    /** GPT-2's vocabulary, padded as Megatron does. */
    private static final int VOCABULARY = 51_200;

    /** Between the nodes of the table's cluster: 800 Gb/s for eight accelerators. */
    private static final double NETWORK_BYTES_PER_SECOND = 100e9 / 8;

    private IterationTimes() {}

    static List<Measurement> read(Table table) {
        return table.lines().stream().map(line -> row(table.name(), line)).toList();
    }

    private static Measurement row(String table, Table.Line line) {
        var model = ModelShape.gpt(
                line.text("model_billion_parameters") + "B",
                VOCABULARY,
                line.count("hidden"),
                line.count("layers"),
                line.count("heads"),
                line.count("sequence"));
        var accelerator = Catalogue.standard().get(line.textOr("gpu", "A100-80"));
        var ampere = accelerator.name().startsWith("A100");
        // Accelerators after A100 came with fused attention and communication behind computation.
        var framework = ampere ? Framework.MEGATRON_CLASSIC : Framework.MEGATRON;
        var layout = Layout.of(
                        line.count("tensor"), line.count("data"), line.count("pipeline"), line.count("micro_batch"))
                .with(choice(line, "recompute", Recompute.class, Recompute.FULL));
        var training = new Training(
                model,
                line.count("sequence"),
                line.count("global_batch"),
                choice(line, "precision", Precision.class, Precision.FP16),
                framework);
        check(line, training, layout);
        var fabric = ampere ? Fabric.of(accelerator, NETWORK_BYTES_PER_SECOND) : Fabric.of(accelerator);
        return new Measurement(
                table,
                model.name(),
                training,
                layout,
                accelerator,
                fabric,
                line.positive("iteration_ms") / 1000,
                OptionalDouble.empty());
    }

    static <E extends Enum<E>> E choice(Table.Line line, String column, Class<E> kind, E absent) {
        var text = line.textOr(column, absent.name());
        try {
            return Enum.valueOf(kind, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new BadTableException("%s: '%s' is '%s'; it must be one of %s"
                    .formatted(line.where(), column, text, List.of(kind.getEnumConstants())));
        }
    }

    private static void check(Table.Line line, Training training, Layout layout) {
        demand(
                line,
                training.model().hidden() % training.model().attention().heads() == 0,
                "hidden must be divisible by heads");
        demand(line, training.model().attention().heads() % layout.tensor() == 0, "heads must be divisible by tensor");
        demand(
                line,
                StageSplit.isEven(training.model().layers(), layout.pipeline()),
                "layers must be divisible by pipeline");
        demand(
                line,
                training.globalBatch() % (layout.data() * layout.microBatch()) == 0,
                "global_batch must be divisible by data x micro_batch");
        demand(
                line,
                line.count("gpus") == layout.accelerators(),
                "gpus must be tensor x data x pipeline = " + layout.accelerators());
    }

    private static void demand(Table.Line line, boolean holds, String message) {
        if (!holds) {
            throw new BadTableException(line.where() + ": " + message);
        }
    }
}

package dev.plinth.planbench;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Accelerator.Generation;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.hardware.UnknownAcceleratorException;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.UnknownModelException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

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
        divides(line, "heads", "hidden");
        divides(line, "tensor", "heads");
        var model = model(line);
        var accelerator = accelerator(line);
        var ampere = accelerator.generation() == Generation.AMPERE;
        // Accelerators after A100 came with fused attention and communication behind computation.
        var framework = ampere ? Framework.MEGATRON_CLASSIC : Framework.MEGATRON;
        var layout = Layout.of(
                        line.count("tensor"), line.count("data"), line.count("pipeline"), line.count("micro_batch"))
                .with(choice(line, "recompute", Recompute.class, Recompute.FULL));
        var training = new Training(
                model, line.count("sequence"), line.count("global_batch"), precision(line, accelerator), framework);
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

    private static ModelShape model(Table.Line line) {
        try {
            return ModelShape.gpt(
                    line.text("model_billion_parameters") + "B",
                    VOCABULARY,
                    line.count("hidden"),
                    line.count("layers"),
                    line.count("heads"),
                    line.count("sequence"));
        } catch (UnknownModelException absurd) {
            throw new BadTableException(line.where() + ": " + absurd.getMessage());
        }
    }

    private static Accelerator accelerator(Table.Line line) {
        try {
            return Catalogue.standard().get(line.textOr("gpu", "A100-80"));
        } catch (UnknownAcceleratorException unknown) {
            throw new BadTableException(line.where() + ": " + unknown.getMessage());
        }
    }

    private static Precision precision(Table.Line line, Accelerator accelerator) {
        var precision = choice(line, "precision", Precision.class, Precision.FP16);
        demand(
                line,
                accelerator.peak(precision).isPresent(),
                "%s does not multiply in %s; give a 'precision' of %s"
                        .formatted(
                                accelerator.name(),
                                precision,
                                accelerator.peakFlops().keySet()));
        return precision;
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
        var layers = training.model().layers();
        legal(
                line,
                "pipeline",
                stages -> StageSplit.isEven(layers, stages),
                "must divide the %d layers, or %d with embedding and head counted".formatted(layers, layers + 2));
        divides(line, "data", "global_batch");
        var samples = training.globalBatch() / layout.data();
        legal(
                line,
                "micro_batch",
                some -> samples % some == 0,
                "must divide the %d samples of global_batch that each of data gets".formatted(samples));
        var accelerators = (double) layout.tensor() * layout.data() * layout.pipeline();
        demand(
                line,
                line.count("gpus") == accelerators,
                "gpus must be tensor x data x pipeline = %.0f".formatted(accelerators));
    }

    private static void divides(Table.Line line, String part, String whole) {
        var number = line.count(whole);
        legal(line, part, some -> number % some == 0, "must divide %s %d".formatted(whole, number));
    }

    private static void legal(Table.Line line, String column, IntPredicate isLegal, String rule) {
        var said = line.count(column);
        demand(
                line,
                isLegal.test(said),
                "%s %d %s; the nearest that does is %d".formatted(column, said, rule, nearest(said, isLegal)));
    }

    /** The smaller one of two; 1 is always legal. */
    private static int nearest(int said, IntPredicate isLegal) {
        return IntStream.range(0, said)
                .flatMap(away -> IntStream.of(said - away, said + away))
                .filter(isLegal)
                .findFirst()
                .orElse(1);
    }

    private static void demand(Table.Line line, boolean holds, String message) {
        if (!holds) {
            throw new BadTableException(line.where() + ": " + message);
        }
    }
}

package dev.plinth.planbench;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.FeedForward;
import dev.plinth.planner.model.FlopConvention;
import dev.plinth.planner.model.HuggingFaceConfig;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.ModelShape.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The published tables: each row with the definition its figure was given in, all brought to seconds of a step. */
final class Published {
    private static final double GIB = 1L << 30;

    /** 500 W instead of 700 W: power rises with the third power of the clock. */
    private static final double SHARE_OF_CLOCK = Math.cbrt(500.0 / 700);

    private final Map<String, Map<String, Object>> configs;
    private final Catalogue catalogue;

    private Published(Map<String, Map<String, Object>> configs) {
        this.configs = configs;
        this.catalogue = accelerators();
    }

    static List<Measurement> read() {
        var configs = Resources.json("models.json", new TypeReference<Map<String, Map<String, Object>>>() {});
        var published = new Published(configs);
        return Resources.table("published.csv").lines().stream()
                .map(published::row)
                .toList();
    }

    /**
     * Rows of A100 and Megatron of then that say something about the hardware: ZeRO-3 of 2021 and MT-NLG's runs are bound by what
     * their software did not yet do, and stay out.
     */
    static boolean showsTheModelsOfThen(Measurement row) {
        return row.training().framework() == Framework.MEGATRON_CLASSIC
                && row.layout().zero() < 3
                && !row.table().equals("mt-nlg");
    }

    /** Variants that tables name and few people buy. */
    private static Catalogue accelerators() {
        var standard = Catalogue.standard();
        var h100 = standard.get("H100");
        var gb300 = standard.get("GB300");
        var h800 = new Accelerator(
                "H800",
                h100.memoryBytes(),
                h100.memoryBytesPerSecond(),
                h100.peakFlops(),
                h100.processors(),
                8,
                200e9,
                50e9,
                8,
                h100.generation(),
                "H100 with NVLink of 400 GB/s both ways");
        var b300 = new Accelerator(
                "B300",
                gb300.memoryBytes(),
                gb300.memoryBytesPerSecond(),
                gb300.peakFlops(),
                gb300.processors(),
                8,
                900e9,
                100e9,
                8,
                gb300.generation(),
                "GB300's processor, eight to a node");
        var slower = new TreeMap<Precision, Double>();
        h100.peakFlops().forEach((precision, peak) -> slower.put(precision, peak * SHARE_OF_CLOCK));
        var h100x96 = new Accelerator(
                "H100-96",
                (long) (95 * GIB),
                2400e9,
                slower,
                h100.processors(),
                8,
                450e9,
                50e9,
                8,
                h100.generation(),
                "torchtitan's benchmark of December 2024: 96 GB of HBM2e, limited to 500 W");
        return standard.with(h800).with(b300).with(h100x96);
    }

    private Measurement row(Table.Line line) {
        var sequence = line.count("sequence");
        var model = model(line.text("model"), sequence);
        var training = new Training(
                model,
                sequence,
                line.count("global_batch"),
                IterationTimes.choice(line, "precision", Precision.class, Precision.BF16),
                IterationTimes.choice(line, "framework", Framework.class, Framework.MEGATRON));
        var layout = new Layout(
                line.count("tensor"),
                line.count("context"),
                line.count("data"),
                line.count("pipeline"),
                line.count("expert"),
                line.count("micro_batch"),
                line.count("virtual"),
                Schedule.ONE_F_ONE_B,
                IterationTimes.choice(line, "recompute", Recompute.class, Recompute.NONE),
                Integer.parseInt(line.text("zero")),
                line.text("sequence_parallel").equals("1"),
                Offload.NONE);
        var accelerator = catalogue.get(line.text("accelerator"));
        var fabric = Fabric.of(accelerator, line.positive("network_gbps") * 1e9 / 8);
        var peak = line.textOr("peak_gib", "");
        return new Measurement(
                line.text("table"),
                model.name(),
                training,
                layout,
                accelerator,
                fabric,
                seconds(line, training, layout, accelerator),
                peak.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(peak)));
    }

    private static double seconds(Table.Line line, Training training, Layout layout, Accelerator accelerator) {
        var value = line.positive("value");
        var convention = IterationTimes.choice(line, "convention", FlopConvention.class, FlopConvention.MODEL);
        var flops = convention.perStep(training.model(), training.globalBatch(), training.sequence())
                / layout.accelerators();
        return switch (line.text("measure")) {
            case "seconds" -> value;
            case "tflops" -> flops / (value * 1e12);
            case "mfu" ->
                flops / (value * accelerator.peak(training.precision()).orElseThrow());
            case "tokens" -> training.tokensPerStep() / layout.accelerators() / value;
            default -> throw new BadTableException(line.where() + ": unknown measure " + line.text("measure"));
        };
    }

    private ModelShape model(String name, int sequence) {
        var parts = name.split(":", -1);
        return switch (parts[0]) {
            case "gpt" -> {
                var shape = numbers(parts);
                yield ModelShape.gpt(billions(shape), shape[3], shape[0], shape[1], shape[2], sequence);
            }
            case "mpt" -> {
                var shape = numbers(parts);
                yield new ModelShape(
                        "MPT " + billions(shape),
                        shape[3],
                        shape[0],
                        shape[1],
                        Attention.GroupedQuery.of(shape[2], shape[2], shape[0] / shape[2]),
                        new FeedForward(4 * shape[0], false, false),
                        Optional.empty(),
                        true,
                        0,
                        Norm.SCALE,
                        false);
            }
            default ->
                HuggingFaceConfig.read(
                        name, Optional.ofNullable(configs.get(name)).orElseThrow());
        };
    }

    private static int[] numbers(String[] parts) {
        return Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
    }

    private static String billions(int[] shape) {
        return "%.1fB".formatted(12e-9 * shape[1] * shape[0] * shape[0]);
    }
}

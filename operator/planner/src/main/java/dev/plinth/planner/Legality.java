package dev.plinth.planner;

import dev.plinth.planner.Planning.Complaint;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Attention;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Which degrees a model and a framework allow, and the complaints about those that are not. */
record Legality(PlanRequest request) {
    private static final int MAX_SEQUENCE = 100_000_000;
    private static final int MAX_BATCH = 100_000_000;

    /** Fewer tokens of a sequence on one rank are not worth a message. */
    private static final int LEAST_TOKENS_PER_RANK = 1024;

    private Training training() {
        return request.training();
    }

    private Rules rules() {
        return Rules.of(training().framework());
    }

    /** Heads, groups of heads and the inner width must be divisible. */
    boolean tensor(int degree) {
        var model = training().model();
        return (degree == 1 || rules().tensor())
                && model.attention().heads() % degree == 0
                && fitsKeyValueHeads(degree)
                && model.feedForward().inner() % degree == 0;
    }

    private boolean fitsKeyValueHeads(int degree) {
        var attention = training().model().attention();
        var heads = attention.keyValueHeads();
        return attention instanceof Attention.Latent || heads % degree == 0 || degree % heads == 0;
    }

    /** A causal sequence is cut into two pieces for each rank, so that all have equal work. */
    boolean context(int degree) {
        return degree == 1
                || (rules().context()
                        && training().sequence() % (2 * degree) == 0
                        && training().sequence() / degree >= LEAST_TOKENS_PER_RANK);
    }

    boolean pipeline(int degree) {
        return (degree == 1 || rules().pipeline())
                && StageSplit.isEven(training().model().layers(), degree);
    }

    /** Each group gets equally many samples. */
    boolean data(int degree) {
        return training().globalBatch() % degree == 0;
    }

    boolean expert(int degree) {
        return degree == 1
                || (rules().expert()
                        && training().model().experts().isPresent()
                        && training().model().experts().orElseThrow().count() % degree == 0);
    }

    List<Complaint> complaints() {
        var complaints = new ArrayList<Complaint>();
        var wishes = request.wishes();
        range(complaints, "accelerators", request.accelerators(), PlanRequest.MAX_ACCELERATORS);
        range(complaints, "sequence", training().sequence(), MAX_SEQUENCE);
        range(complaints, "globalBatch", training().globalBatch(), MAX_BATCH);
        if (!complaints.isEmpty()) {
            return complaints;
        }
        precision(complaints);
        positions(complaints);
        degree(complaints, "tensor", wishes.tensor(), this::tensor, this::tensorRule);
        degree(complaints, "context", wishes.context(), this::context, _ -> contextRule());
        degree(complaints, "pipeline", wishes.pipeline(), this::pipeline, this::pipelineRule);
        degree(complaints, "data", wishes.data(), this::data, _ -> dataRule());
        degree(complaints, "expert", wishes.expert(), this::expert, this::expertRule);
        product(complaints);
        batch(complaints);
        zero(complaints);
        schedule(complaints);
        wishes.recompute()
                .filter(mode -> !rules().recompute().contains(mode))
                .ifPresent(mode -> complaints.add(new Complaint(
                        "recompute",
                        "%s recomputes %s, not %s"
                                .formatted(training().framework(), either(rules().recompute()), mode))));
        wishes.offload()
                .filter(where -> where != Offload.NONE && !rules().offload(where))
                .ifPresent(where -> complaints.add(new Complaint(
                        "offload",
                        "%s cannot keep the optimizer's state on %s; leave it on the accelerator"
                                .formatted(training().framework(), where))));
        return complaints;
    }

    private static void range(List<Complaint> complaints, String field, int value, int most) {
        if (value < 1 || value > most) {
            complaints.add(new Complaint(
                    field,
                    "%s is %d; it must be from 1 to %d, the nearest is %d"
                            .formatted(field, value, most, Math.clamp(value, 1, most))));
        }
    }

    /** Learned positions end where the model was made to end. */
    private void positions(List<Complaint> complaints) {
        int most = training().model().learnedPositions();
        if (most > 0 && training().sequence() > most) {
            complaints.add(new Complaint(
                    "sequence",
                    "sequence %d: the model has learned positions for %d tokens; the nearest legal value is %d"
                            .formatted(training().sequence(), most, most)));
        }
    }

    private void precision(List<Complaint> complaints) {
        var accelerator = request.accelerator();
        if (accelerator.peak(training().precision()).isEmpty()) {
            var nearest = accelerator.peak(Precision.BF16).isPresent()
                    ? Precision.BF16
                    : accelerator.peakFlops().firstKey();
            complaints.add(new Complaint(
                    "precision",
                    "%s cannot multiply in %s; the nearest it can is %s"
                            .formatted(accelerator.name(), training().precision(), nearest)));
        }
    }

    private void degree(
            List<Complaint> complaints, String field, OptionalInt wish, IntPredicate legal, IntFunction<String> rule) {
        if (wish.isPresent() && (wish.getAsInt() < 1 || !legal.test(wish.getAsInt()))) {
            complaints.add(new Complaint(
                    field,
                    "%s %d: %s; the nearest legal value is %d"
                            .formatted(
                                    field,
                                    wish.getAsInt(),
                                    rule.apply(wish.getAsInt()),
                                    nearest(wish.getAsInt(), legal))));
        }
    }

    /** The legal value with the least distance, the smaller one of two. */
    private int nearest(int wish, IntPredicate legal) {
        var from = Math.clamp(wish, 1, request.accelerators());
        for (var distance = 0; distance < request.accelerators(); distance++) {
            if (from - distance >= 1 && legal.test(from - distance)) {
                return from - distance;
            }
            if (from + distance <= request.accelerators() && legal.test(from + distance)) {
                return from + distance;
            }
        }
        return 1;
    }

    private String tensorRule(int degree) {
        var model = training().model();
        return rules().tensor()
                ? "it must divide %d heads, fit %d key-value heads and divide the inner width %d"
                        .formatted(
                                model.attention().heads(),
                                model.attention().keyValueHeads(),
                                model.feedForward().inner())
                : training().framework() + " has no tensor parallelism";
    }

    private String contextRule() {
        return rules().context()
                ? "twice of it must divide the sequence of %d tokens and leave each rank %d"
                        .formatted(training().sequence(), LEAST_TOKENS_PER_RANK)
                : training().framework() + " has no context parallelism";
    }

    private String pipelineRule(int degree) {
        var layers = training().model().layers();
        return rules().pipeline()
                ? "it must divide the %d layers, or %d with embedding and head counted".formatted(layers, layers + 2)
                : training().framework() + " has no pipeline";
    }

    private String dataRule() {
        return "it must divide the global batch of %d".formatted(training().globalBatch());
    }

    private String expertRule(int degree) {
        return training()
                .model()
                .experts()
                .map(experts -> "it must divide the %d experts".formatted(experts.count()))
                .orElse("the model has no experts");
    }

    /** The wished degrees together must divide the accelerators, and experts are shared within a stage. */
    private void product(List<Complaint> complaints) {
        var wishes = request.wishes();
        // A product of four may be more than a long holds; what divides the accelerators is exact.
        var product = (double) wishes.tensor().orElse(1)
                * wishes.context().orElse(1)
                * wishes.pipeline().orElse(1)
                * wishes.data().orElse(1);
        if (complaints.isEmpty() && request.accelerators() % product != 0) {
            var below = Math.floor(request.accelerators() / product) * product;
            var nearest = below == 0 ? product : below;
            complaints.add(new Complaint(
                    "accelerators",
                    "tensor x context x pipeline x data = %.0f does not divide %d accelerators; the nearest number is %.0f"
                            .formatted(product, request.accelerators(), nearest)));
        }
        if (complaints.isEmpty()) {
            var ranks = request.accelerators() / wishes.pipeline().orElse(1);
            degree(
                    complaints,
                    "expert",
                    wishes.expert(),
                    degree -> expert(degree) && ranks % degree == 0,
                    _ -> "it must divide the %d accelerators of a stage and the experts".formatted(ranks));
        }
    }

    private void batch(List<Complaint> complaints) {
        var wishes = request.wishes();
        if (!complaints.isEmpty() || wishes.microBatch().isEmpty()) {
            return;
        }
        var micro = wishes.microBatch().getAsInt();
        var batch = training().globalBatch();
        var modelDegree = wishes.tensor().orElse(1)
                * wishes.context().orElse(1)
                * wishes.pipeline().orElse(1);
        var fixed = wishes.tensor().isPresent()
                && wishes.context().isPresent()
                && wishes.pipeline().isPresent();
        var data = wishes.data().orElse(fixed ? request.accelerators() / modelDegree : 1);
        if (micro < 1 || batch % ((long) data * micro) != 0) {
            complaints.add(new Complaint(
                    "microBatch",
                    "microBatch %d: data %d x it must divide the global batch %d; the nearest legal value is %d"
                            .formatted(micro, data, batch, nearest(micro, each -> batch % ((long) data * each) == 0))));
        }
    }

    private static String either(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" or "));
    }

    private void schedule(List<Complaint> complaints) {
        var wish = request.wishes().schedule();
        if (wish.isPresent() && !rules().schedules().contains(wish.get())) {
            complaints.add(new Complaint(
                    "schedule",
                    "%s knows the schedule %s, not %s"
                            .formatted(training().framework(), either(rules().schedules()), wish.get())));
        }
        var layers = training().model().layers();
        var pipeline = request.wishes().pipeline().orElse(1);
        degree(
                complaints,
                "virtualStages",
                request.wishes().virtualStages(),
                parts -> StageSplit.isEven(layers, pipeline * parts) && (parts == 1 || rules().interleaves()),
                _ -> "pipeline %d times it must divide the %d layers, or %d with embedding and head counted"
                        .formatted(pipeline, layers, layers + 2));
    }

    private void zero(List<Complaint> complaints) {
        var wish = request.wishes().zero();
        if (wish.isPresent() && !rules().zero().contains(wish.getAsInt())) {
            complaints.add(new Complaint(
                    "zero",
                    "%s shares by ZeRO stage %s, not %d"
                            .formatted(training().framework(), either(rules().zero()), wish.getAsInt())));
        }
    }
}

package dev.plinth.tierbench.input;

import dev.plinth.tierbench.input.Job.Dimension;
import dev.plinth.tierbench.input.Job.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Jobs with a plan that fits their size: tensor parallelism inside the node, then data, then pipeline, in Megatron's order.
 *
 * <p>Bytes: gradients in fp32, so {@code 4 P / (t p)} in the buffer of the data ring; activations {@code 2 h tokens / (d t)} on each
 * pipeline edge; for experts {@code 4 h tokens topk / d} per rank. Compute: {@code 6 P tokens} at 400 TFLOP/s.
 */
public final class Shapes {
    private static final double FLOPS = 400e12;

    private enum Model {
        B7(7e9, 4096, 1),
        B70(70e9, 8192, 8),
        B405(405e9, 16384, 16),
        /** Mixture of experts: 236e9 parameters of which 22e9 work on a token. */
        EXPERTS(236e9, 4096, 4);

        final double parameters;
        final int hidden;
        final int pipeline;

        Model(double parameters, int hidden, int pipeline) {
            this.parameters = parameters;
            this.hidden = hidden;
            this.pipeline = pipeline;
        }

        double active() {
            return this == EXPERTS ? 22e9 : parameters;
        }
    }

    private Shapes() {}

    /** A job of so many accelerators, on nodes of so many. */
    public static Job of(String id, int gpus, int perNode) {
        if (gpus <= perNode) {
            return job(id, 1, gpus, List.of(), 1);
        }
        if (gpus <= 128) {
            return dense(id, Model.B7, gpus, perNode, 1);
        }
        return dense(id, gpus <= 2048 ? Model.B70 : Model.B405, gpus, perNode, gpus <= 512 ? 4 : 8);
    }

    /** The case that the fact sheets measure: a 70B model, TP 8 x DP 16 x PP 8. */
    public static Job reference(String id, int gpus, int perNode) {
        return dense(id, Model.B70, gpus, perNode, 8);
    }

    /** The same degrees for a 405B model: gradients weigh more against activations. */
    public static Job large(String id, int gpus, int perNode) {
        return dense(id, Model.B405, gpus, perNode, 8);
    }

    /** Expert groups over eight nodes, data groups across them, pipeline stages. */
    public static Job experts(String id, int gpus, int perNode) {
        var model = Model.EXPERTS;
        int pipeline = model.pipeline;
        int expert = 8 * perNode;
        int data = gpus / expert / pipeline;
        double tokens = tokens(gpus) / (data * (double) expert);
        var mesh = List.of(
                new Dimension("ep", expert, Traffic.ALL_TO_ALL, 4.0 * model.hidden * tokens * 8 / 16),
                new Dimension("dp", data, Traffic.RING, 4 * model.parameters / expert / pipeline),
                new Dimension("pp", pipeline, Traffic.POINT_TO_POINT, 2.0 * model.hidden * tokens));
        return job(id, gpus / perNode, perNode, mesh, compute(model, gpus));
    }

    private static Job dense(String id, Model model, int gpus, int perNode, int pipeline) {
        int tensor = perNode;
        int data = Math.max(1, gpus / tensor / pipeline);
        double tokens = tokens(gpus) / data;
        var mesh = new ArrayList<Dimension>();
        mesh.add(new Dimension("tp", tensor, Traffic.RING, 2.0 * model.hidden * tokens));
        mesh.add(new Dimension("dp", data, Traffic.RING, 4 * model.parameters / tensor / pipeline));
        if (pipeline > 1) {
            mesh.add(new Dimension("pp", pipeline, Traffic.POINT_TO_POINT, 2.0 * model.hidden * tokens / tensor));
        }
        return job(id, gpus / perNode, perNode, mesh, compute(model, gpus));
    }

    /** Tokens of a global batch: four million for a thousand accelerators, sixteen at most. */
    private static double tokens(int gpus) {
        return Math.min(16, Math.max(0.5, gpus / 256.0)) * (1 << 20);
    }

    private static double compute(Model model, int gpus) {
        return 6 * model.active() * tokens(gpus) / (gpus * FLOPS);
    }

    private static Job job(String id, int members, int accelerators, List<Dimension> mesh, double compute) {
        return new Job(
                id, members, accelerators, mesh, Optional.empty(), Optional.empty(), Job.Extras.NONE, compute, 0);
    }
}

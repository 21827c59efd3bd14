package dev.plinth.planbench;

import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.time.Calibration;
import dev.plinth.planner.time.Calibrations;
import dev.plinth.planner.time.Hardware;
import java.util.Arrays;
import java.util.List;

/** The constants of {@link Calibrations} with some of them replaced, by names such as {@code HOPPER.matmul16}. */
record Constants(List<Fit.Parameter> parameters, List<Double> values) {
    Constants(List<Fit.Parameter> parameters, double[] values) {
        this(parameters, Arrays.stream(values).boxed().toList());
    }

    /** The value of a constant of A100 or of Megatron of then. */
    static double shipped(Fit.Parameter parameter) {
        var parts = parameter.name().split("\\.", 2);
        var constants = parts[0].equals("AMPERE") ? Calibrations.AMPERE : Calibrations.CLASSIC;
        try {
            return (double) constants.getClass().getMethod(parts[1]).invoke(constants);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    double predict(Measurement row) {
        return row.predict(calibration(row)).seconds();
    }

    private Calibration calibration(Measurement row) {
        var hardware = Calibrations.hardware(row.accelerator());
        var software = Calibrations.software(row.training().framework());
        return Calibrations.of(
                replaced(hardware, generation(hardware)),
                replaced(software, stack(row.training().framework())),
                row.training().precision());
    }

    private static String generation(Hardware hardware) {
        if (hardware.equals(Calibrations.AMPERE)) {
            return "AMPERE";
        }
        if (hardware.equals(Calibrations.HOPPER)) {
            return "HOPPER";
        }
        return hardware.equals(Calibrations.BLACKWELL) ? "BLACKWELL" : "OTHER";
    }

    private static String stack(Framework framework) {
        return switch (framework) {
            case MEGATRON_CLASSIC -> "CLASSIC";
            case MEGATRON -> "MEGATRON";
            case DEEPSPEED, FSDP -> "FSDP";
            case TORCHTITAN, JAX -> "COMPILED";
        };
    }

    private <R extends Record> R replaced(R original, String name) {
        try {
            var components = original.getClass().getRecordComponents();
            var types = new Class<?>[components.length];
            var arguments = new Object[components.length];
            for (var i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                arguments[i] = components[i].getAccessor().invoke(original);
                for (var j = 0; j < values.size(); j++) {
                    if (parameters.get(j).name().equals(name + "." + components[i].getName())) {
                        arguments[i] = values.get(j);
                    }
                }
            }
            @SuppressWarnings("unchecked")
            var type = (Class<R>) original.getClass();
            return type.getConstructor(types).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var i = 0; i < values.size(); i++) {
            var parameter = parameters.get(i);
            text.append(
                    "  %-28s %.3f   expected %.3f%n".formatted(parameter.name(), values.get(i), parameter.expected()));
        }
        return text.toString();
    }
}

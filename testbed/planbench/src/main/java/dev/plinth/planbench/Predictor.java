package dev.plinth.planbench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Learns from some measurements to predict the seconds of others. */
interface Predictor {
    String name();

    ToDoubleFunction<Measurement> learn(List<Measurement> seen);
}

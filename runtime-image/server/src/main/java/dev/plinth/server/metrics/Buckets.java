package dev.plinth.server.metrics;

import java.util.stream.DoubleStream;

/** Upper bounds of vLLM's histograms ({@code vllm/v1/metrics/loggers.py}). */
final class Buckets {
    private Buckets() {}

    static final double[] TIME_TO_FIRST_TOKEN = {
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    static final double[] TIME_BETWEEN_TOKENS = {
        .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    static final double[] REQUEST_TIME = {
        .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    static final double[] CHOICES = {1, 2, 5, 10, 20};
    static final double[] ITERATION_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};

    /** 1, 2, 5, 10, 20, 50, … up to a limit. */
    static double[] decades(int limit) {
        return DoubleStream.iterate(1, decade -> decade <= limit, decade -> decade * 10)
                .flatMap(decade -> DoubleStream.of(decade, 2 * decade, 5 * decade))
                .filter(bound -> bound <= limit)
                .toArray();
    }
}

package dev.plinth.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Tokens a second of the clock, and of the process's work, which other processes on the machine disturb less. */
record Rate(double perSecond, double perCpuSecond) {
    private static final OperatingSystemMXBean CPU =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Rate decode(Side side, List<String> prompts) throws Exception {
        return decode(side, prompts, 64, 3);
    }

    /** While all requests decode; a round before computed their prompts, which are in the cache on both sides, and the JVM's code. The best of rounds. */
    static Rate decode(Side side, List<String> prompts, int tokensEach, int rounds) throws Exception {
        side.run(prompts, tokensEach);
        double perSecond = 0;
        double perCpuSecond = 0;
        for (int round = 0; round < rounds; round++) {
            long cpu = CPU.getProcessCpuTime();
            List<Side.Times> times = side.run(prompts, tokensEach);
            cpu = CPU.getProcessCpuTime() - cpu;
            long from =
                    times.stream().mapToLong(t -> t.tokens().getFirst()).max().orElseThrow();
            long to = times.stream().mapToLong(t -> t.tokens().getLast()).min().orElseThrow();
            long tokens = times.stream()
                    .flatMap(t -> t.tokens().stream())
                    .filter(moment -> moment > from && moment <= to)
                    .count();
            perSecond = Math.max(perSecond, tokens * 1e9 / (to - from));
            perCpuSecond = Math.max(perCpuSecond, (double) tokensEach * prompts.size() * 1e9 / cpu);
        }
        return new Rate(perSecond, perCpuSecond);
    }

    /** Tokens of a prompt a second, until the first of the answer. */
    static double prefill(Side side, EngineBench.Text text, int length) throws Exception {
        side.run(List.of("warm up"), 4);
        double best = 0;
        for (int round = 0; round < (length > 1000 ? 1 : 3); round++) {
            double seconds = side.run(text.prompts(1, length, 40_000 + 5000 * round), 1)
                    .getFirst()
                    .secondsToFirst();
            best = Math.max(best, length / seconds);
        }
        return best;
    }
}

package dev.plinth.placement;

import java.util.List;

/** Writes amounts the way Kubernetes users do: {@code 1500m}, {@code 64Gi}, {@code 8}. */
final class Quantities {
    private static final List<String> BINARY_SUFFIXES = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");

    private Quantities() {}

    static String text(String resource, long amount) {
        if (resource.equals("cpu")) {
            return amount % 1000 == 0 ? Long.toString(amount / 1000) : amount + "m";
        }
        if (isBytes(resource)) {
            int power = 0;
            while (power < BINARY_SUFFIXES.size() - 1 && amount != 0 && amount % 1024 == 0) {
                amount /= 1024;
                power++;
            }
            return amount + BINARY_SUFFIXES.get(power);
        }
        return Long.toString(amount);
    }

    private static boolean isBytes(String resource) {
        return resource.equals("memory") || resource.equals("ephemeral-storage") || resource.startsWith("hugepages-");
    }
}

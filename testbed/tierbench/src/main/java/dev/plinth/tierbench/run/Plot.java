package dev.plinth.tierbench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Draws the cost of a decision against the nodes, both logarithmic, from the results of a run. */
final class Plot {
    private static final Pattern MEASURE = Pattern.compile("decision p50, (\\d+) members, (\\d+) nodes");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int MARGIN = 60;

    private Plot() {}

    static void draw(Path results, Path svg) throws IOException {
        var costs = new TreeMap<Integer, Double>();
        for (var row : new ObjectMapper().readTree(results.toFile())) {
            var match = MEASURE.matcher(row.path("measure").asText());
            if (match.matches() && match.group(1).equals("64")) {
                costs.put(Integer.parseInt(match.group(2)), row.path("value").asDouble());
            }
        }
        var out = new StringBuilder();
        out.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        .formatted(WIDTH, HEIGHT));
        out.append("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n".formatted(WIDTH, HEIGHT));
        double left = Math.log(800);
        double right = Math.log(32_000);
        double low =
                Math.log(costs.values().stream().mapToDouble(cost -> cost).min().orElse(1) / 2);
        double linear = costs.isEmpty() ? 1 : costs.firstEntry().getValue() / costs.firstKey();
        double high = Math.log(linear * 25_000 * 1.5);
        var points = new StringBuilder();
        var ideal = new StringBuilder();
        for (var cost : costs.entrySet()) {
            double x = MARGIN + (Math.log(cost.getKey()) - left) / (right - left) * (WIDTH - 2 * MARGIN);
            double y = y(cost.getValue(), low, high);
            points.append("%.1f,%.1f ".formatted(x, y));
            ideal.append("%.1f,%.1f ".formatted(x, y(linear * cost.getKey(), low, high)));
            out.append("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#0b6\"/>%n".formatted(x, y));
            out.append("<text x=\"%.1f\" y=\"%.1f\">%.1f ms</text>%n".formatted(x - 14, y + 20, cost.getValue()));
            out.append("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>%n"
                    .formatted(x, HEIGHT - MARGIN + 20, cost.getKey()));
        }
        out.append("<polyline points=\"%s\" fill=\"none\" stroke=\"#0b6\" stroke-width=\"2\"/>%n".formatted(points));
        out.append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#999\" stroke-dasharray=\"5 4\"/>%n".formatted(ideal));
        out.append("<text x=\"%d\" y=\"24\">Median decision for a gang of 64 members; dashed: linear growth</text>%n"
                .formatted(MARGIN));
        out.append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">nodes</text>%n".formatted(WIDTH / 2, HEIGHT - 14));
        out.append("</svg>\n");
        Files.writeString(svg, out.toString());
    }

    private static double y(double cost, double low, double high) {
        return HEIGHT - MARGIN - (Math.log(cost) - low) / (high - low) * (HEIGHT - 2 * MARGIN);
    }
}

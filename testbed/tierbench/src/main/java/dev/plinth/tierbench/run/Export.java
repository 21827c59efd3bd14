package dev.plinth.tierbench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the random states of the snapshots as inputs, so that another scheduler can be put before them. */
final class Export {
    private static final int STATES = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Export() {}

    /** One file for each case: a state, the job, the next state, the job. */
    static void states(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var each : SnapshotBench.cases()) {
            var file = folder.resolve(each.name().replace(' ', '-') + ".jsonl");
            try (var out = Files.newBufferedWriter(file)) {
                for (int seed = 1; seed <= STATES; seed++) {
                    line(out, state("state-" + seed, Snapshots.halfFull(each.fleet(), seed)));
                    line(out, submit(each.job().named(each.job().id() + "-" + seed)));
                }
            }
        }
    }

    private static void line(BufferedWriter out, ObjectNode json) throws IOException {
        out.write(JSON.writeValueAsString(json));
        out.newLine();
    }

    private static ObjectNode state(String name, Occupancy occupancy) {
        var fleet = occupancy.fleet();
        var json = JSON.createObjectNode().put("event", "STATE").put("state", name);
        var levels = json.putArray("levels");
        fleet.levels()
                .forEach(level -> levels.addObject()
                        .put("name", level.name())
                        .put("bandwidth", level.bandwidth())
                        .put("oversubscription", level.oversubscription()));
        var nodes = json.putArray("nodes");
        for (int host = 0; host < fleet.size(); host++) {
            var node = nodes.addObject().put("name", fleet.hosts().get(host));
            var domains = node.putArray("domains");
            for (int level = 0; level < fleet.host(); level++) {
                domains.add("%06d".formatted(fleet.domainOf()[level][host]));
            }
            node.put("accelerators", fleet.accelerators()[host]);
            node.put("used", fleet.accelerators()[host] - occupancy.free(host));
        }
        return json;
    }

    private static ObjectNode submit(Job job) {
        var json = JSON.createObjectNode()
                .put("event", "SUBMIT")
                .put("job", job.id())
                .put("members", job.members())
                .put("accelerators", job.accelerators());
        var mesh = json.putArray("mesh");
        job.mesh()
                .forEach(dimension -> mesh.addObject()
                        .put("name", dimension.name())
                        .put("degree", dimension.degree())
                        .put("traffic", dimension.traffic().name())
                        .put("bytes", dimension.bytes()));
        job.required().ifPresent(level -> json.put("required", level));
        job.preferred().ifPresent(level -> json.put("preferred", level));
        return json.put("computeSeconds", job.computeSeconds()).put("duration", job.duration());
    }
}

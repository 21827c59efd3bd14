package dev.plinth.tierbench.input;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What other schedulers decided: answers by policy and job. */
public record Answers(SortedMap<String, SortedMap<String, Answer>> byPolicy) {
    /** @param nodes in rank order; none if the job was not placed */
    public record Answer(List<String> nodes, double microseconds) {}

    public static Answers read(Path file) throws IOException {
        var mapper = new ObjectMapper();
        var answers = new TreeMap<String, SortedMap<String, Answer>>();
        int number = 0;
        for (var line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            var json = mapper.readTree(line);
            if (!json.path("policy").isTextual()
                    || !json.path("job").isTextual()
                    || !json.path("nodes").isArray()) {
                throw new InputException(number, "an answer has a policy, a job and a list of nodes");
            }
            var nodes = new ArrayList<String>();
            json.get("nodes").forEach(node -> nodes.add(node.asText()));
            answers.computeIfAbsent(json.get("policy").asText(), policy -> new TreeMap<>())
                    .put(
                            json.get("job").asText(),
                            new Answer(
                                    List.copyOf(nodes),
                                    json.path("microseconds").asDouble(0)));
        }
        return new Answers(answers);
    }
}

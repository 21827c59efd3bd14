package dev.plinth.tierbench.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.tierbench.input.Fleet.Host;
import dev.plinth.tierbench.input.Job.Dimension;
import dev.plinth.tierbench.input.Job.Extras;
import dev.plinth.tierbench.input.Job.Slice;
import dev.plinth.tierbench.input.Job.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the JSON lines that docs/reference/placement-input.md describes, and says what is wrong with those it cannot read. */
public final class EventReader {
    private static final int MOST = 1_000_000;
    private static final long MOST_OF_OTHERS = 1L << 50;

    private final ObjectMapper mapper = new ObjectMapper();
    private Optional<Fleet> fleet = Optional.empty();
    private final TreeSet<String> jobs = new TreeSet<>();
    private int line;

    /** The event of the next line. */
    public Event read(String text) {
        line++;
        JsonNode json;
        try {
            json = mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw wrong("not JSON: " + e.getOriginalMessage());
        }
        var event = text(json, "event");
        return switch (event) {
            case "STATE" -> state(json);
            case "SUBMIT" -> new Event.Submit(job(json));
            case "FINISH" -> new Event.Finish(text(json, "job"));
            case "FAIL" -> new Event.Fail(host(json));
            case "REPAIR" -> new Event.Repair(host(json));
            default -> throw wrong("there is no event " + event);
        };
    }

    private Event.State state(JsonNode json) {
        var levels = new ArrayList<Level>();
        for (var level : array(json, "levels")) {
            double bandwidth = number(level, "bandwidth");
            double oversubscription = number(level, "oversubscription");
            if (!(bandwidth > 0) || !(oversubscription >= 1)) {
                throw wrong("level " + text(level, "name")
                        + " needs a bandwidth above 0 and an oversubscription of 1 or more");
            }
            levels.add(new Level(text(level, "name"), bandwidth, oversubscription));
        }
        if (levels.isEmpty() || !levels.getLast().name().equals("host")) {
            throw wrong("the last level is the host");
        }
        if (levels.stream().map(Level::name).distinct().count() < levels.size()) {
            throw wrong("two levels have one name, so that domains would contain themselves");
        }
        var hosts = new ArrayList<Host>();
        var used = new TreeMap<String, Integer>();
        var outerOf = new TreeMap<String, String>();
        boolean localNames = json.path("localNames").asBoolean(false);
        for (var node : array(json, "nodes")) {
            var name = text(node, "name");
            var domains = new ArrayList<String>();
            array(node, "domains").forEach(domain -> domains.add(domain.isNull() ? Fleet.UNNAMED : domain.asText()));
            if (domains.size() != levels.size() - 1) {
                throw wrong("node " + name + " names " + domains.size() + " domains, not " + (levels.size() - 1));
            }
            for (int level = 1; level < domains.size(); level++) {
                if (localNames || domains.subList(level - 1, level + 1).contains(Fleet.UNNAMED)) {
                    continue;
                }
                var outer = outerOf.putIfAbsent(level + "/" + domains.get(level), domains.get(level - 1));
                if (outer != null && !outer.equals(domains.get(level - 1))) {
                    throw wrong(levels.get(level).name() + " " + domains.get(level) + " lies in two domains of "
                            + levels.get(level - 1).name() + "; if these are two, say so by localNames");
                }
            }
            if (used.containsKey(name)) {
                throw wrong("node " + name + " comes twice");
            }
            hosts.add(new Host(name, domains, whole(node, "accelerators", 0), amounts(node, "free")));
            used.put(name, whole(node, "used", 0));
        }
        if (hosts.isEmpty()) {
            throw wrong("the cluster has no nodes");
        }
        var read = Fleet.of(levels, hosts);
        fleet = Optional.of(read);
        jobs.clear();
        var occupancy = new Occupancy(read);
        for (int host = 0; host < read.size(); host++) {
            occupancy.take(host, used.getOrDefault(read.hosts().get(host), 0));
        }
        return new Event.State(text(json, "state"), occupancy);
    }

    private Job job(JsonNode json) {
        var id = text(json, "job");
        if (!jobs.add(id)) {
            throw wrong("job " + id + " is submitted twice");
        }
        var mesh = new ArrayList<Dimension>();
        for (var dimension : json.path("mesh")) {
            double bytes = number(dimension, "bytes");
            if (!(bytes >= 0 && bytes <= 1e12)) {
                throw wrong("bytes of " + text(dimension, "name") + " are not between 0 and 1e12");
            }
            mesh.add(new Dimension(text(dimension, "name"), whole(dimension, "degree", 1), traffic(dimension), bytes));
        }
        int members = whole(json, "members", 1);
        int accelerators = whole(json, "accelerators", 0);
        long ranks = 1;
        for (var dimension : mesh) {
            ranks = Math.min(Integer.MAX_VALUE, ranks * dimension.degree());
        }
        if (!mesh.isEmpty() && ranks != (long) members * accelerators) {
            throw wrong("the mesh of " + id + " has " + ranks + " ranks for " + (long) members * accelerators
                    + " accelerators");
        }
        var extras = new Extras(amounts(json, "requests"), slices(json, members), leader(json), avoided(json));
        if (new Needs(accelerators, extras.requests()).isNothing()) {
            throw wrong("the members of " + id + " need nothing");
        }
        return new Job(
                id,
                members,
                accelerators,
                mesh,
                optional(json, "required").map(this::level),
                optional(json, "preferred").map(this::level),
                extras,
                json.path("computeSeconds").asDouble(0),
                json.path("duration").asDouble(0));
    }

    private List<Slice> slices(JsonNode json, int members) {
        var given = json.path("slice");
        var slices = new ArrayList<Slice>();
        int outer = members;
        int depth = -1;
        for (var each : given.isObject() ? List.of(given) : given) {
            var slice = new Slice(whole(each, "size", 1), level(text(each, "level")));
            int inner = fleet.orElseThrow().level(slice.level());
            if (outer % slice.size() != 0 || inner <= depth) {
                throw wrong("slices of " + slice.size() + " in one " + slice.level()
                        + " do not divide what they are part of, or lie no further in");
            }
            outer = slice.size();
            depth = inner;
            slices.add(slice);
        }
        return slices;
    }

    private Optional<Needs> leader(JsonNode json) {
        var leader = json.path("leader");
        if (leader.isObject()) {
            return Optional.of(new Needs(whole(leader, "accelerators", 0), amounts(leader, "requests")));
        }
        return leader.asBoolean(false) ? Optional.of(new Needs(0, new TreeMap<>())) : Optional.empty();
    }

    private SortedSet<String> avoided(JsonNode json) {
        var avoided = new TreeSet<String>();
        for (var node : json.path("avoid")) {
            avoided.add(known(node.asText()));
        }
        return avoided;
    }

    private SortedMap<String, Long> amounts(JsonNode json, String field) {
        var amounts = new TreeMap<String, Long>();
        json.path(field).properties().forEach(each -> {
            if (!each.getValue().canConvertToLong()
                    || !each.getValue().isIntegralNumber()
                    || each.getValue().asLong() < 0
                    || each.getValue().asLong() > MOST_OF_OTHERS) {
                throw wrong(field + " of " + each.getKey() + " is not a whole number from 0 to " + MOST_OF_OTHERS);
            }
            amounts.put(each.getKey(), each.getValue().asLong());
        });
        return amounts;
    }

    private Traffic traffic(JsonNode dimension) {
        var name = text(dimension, "traffic");
        for (var traffic : Traffic.values()) {
            if (traffic.name().equals(name.toUpperCase(Locale.ROOT))) {
                return traffic;
            }
        }
        throw wrong("there is no traffic " + name + ", only " + List.of(Traffic.values()));
    }

    private String level(String name) {
        if (fleet.map(known -> known.level(name)).orElse(-1) < 0) {
            throw wrong("there is no level " + name);
        }
        return name;
    }

    private int host(JsonNode json) {
        var name = known(text(json, "node"));
        return fleet.map(read -> read.hosts().indexOf(name)).orElseThrow();
    }

    private String known(String node) {
        if (!fleet.map(read -> read.hosts().contains(node)).orElse(false)) {
            throw wrong("there is no node " + node);
        }
        return node;
    }

    private JsonNode array(JsonNode json, String field) {
        var array = json.path(field);
        if (!array.isArray()) {
            throw wrong("the field " + field + " is no list");
        }
        return array;
    }

    private String text(JsonNode json, String field) {
        return optional(json, field).orElseThrow(() -> wrong("the field " + field + " is missing"));
    }

    private static Optional<String> optional(JsonNode json, String field) {
        return json.path(field).isTextual() ? Optional.of(json.path(field).asText()) : Optional.empty();
    }

    private double number(JsonNode json, String field) {
        if (!json.path(field).isNumber()) {
            throw wrong("the field " + field + " is no number");
        }
        return json.path(field).asDouble();
    }

    private int whole(JsonNode json, String field, int least) {
        double value = number(json, field);
        if (value != Math.rint(value) || value < least || value > MOST) {
            throw wrong("the field " + field + " is not a whole number from " + least + " to " + MOST);
        }
        return (int) value;
    }

    private InputException wrong(String reason) {
        return new InputException(line, reason);
    }
}

package dev.plinth.tierbench.input;

import dev.plinth.placement.GangRequest;
import dev.plinth.tierbench.input.Fleet.Host;
import dev.plinth.tierbench.input.Job.Dimension;
import dev.plinth.tierbench.input.Job.Extras;
import dev.plinth.tierbench.input.Job.Slice;
import dev.plinth.tierbench.input.Job.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the JSON lines that docs/reference/placement-input.md describes.
 *
 * <p>What is no such line, or makes no sense after those before it, is an {@link InputException}.
 */
public final class EventReader {
    private enum Kind {
        STATE,
        SUBMIT,
        FINISH,
        FAIL,
        REPAIR
    }

    private static final int MOST_LEVELS = 8;
    private static final double MOST_BANDWIDTH = 1e15;
    private static final double MOST_BYTES = 1e12;

    private final SortedSet<String> states = new TreeSet<>();
    private Optional<Fleet> fleet = Optional.empty();
    private final SortedSet<String> jobs = new TreeSet<>();
    private final SortedSet<String> finished = new TreeSet<>();

    /** The event of the next line. */
    public Event read(Line line) {
        var fields = Fields.of(line);
        var kind = fields.oneOf("event", Kind.class);
        if (fleet.isEmpty() && kind != Kind.STATE) {
            throw fields.wrong("a STATE comes first, with the cluster that " + kind + " is about");
        }
        return switch (kind) {
            case STATE -> state(fields.only("event", "state", "localNames", "levels", "nodes"));
            case SUBMIT ->
                new Event.Submit(job(fields.only(
                        "event",
                        "job",
                        "members",
                        "accelerators",
                        "requests",
                        "mesh",
                        "required",
                        "preferred",
                        "slice",
                        "leader",
                        "avoid",
                        "computeSeconds",
                        "duration")));
            case FINISH -> new Event.Finish(ended(fields.only("event", "job")));
            case FAIL -> new Event.Fail(host(fields.only("event", "node")));
            case REPAIR -> new Event.Repair(host(fields.only("event", "node")));
        };
    }

    private Event.State state(Fields fields) {
        var name = fields.text("state");
        if (!states.add(name)) {
            throw fields.wrong("there is a STATE " + name + " before; give this one another name");
        }
        var levels = levels(fields);
        var hosts = new ArrayList<Host>();
        var used = new TreeMap<String, Integer>();
        var outerOf = new TreeMap<String, String>();
        boolean localNames = fields.flag("localNames");
        for (var node : fields.objects("nodes")) {
            var host = host(node.only("name", "domains", "accelerators", "used", "free"), levels);
            if (!localNames) {
                checkOuter(node, levels, host.domains(), outerOf);
            }
            if (used.put(host.name(), node.whole("used", 0, Fields.MOST)) != null) {
                throw node.wrong("node " + host.name() + " comes twice");
            }
            if (node.whole("used", 0, Fields.MOST) > host.accelerators()) {
                throw node.wrong("more accelerators of node " + host.name() + " are used than it has");
            }
            hosts.add(host);
        }
        if (hosts.isEmpty()) {
            throw fields.wrong("the cluster has no nodes");
        }
        var read = Fleet.of(levels, hosts);
        fleet = Optional.of(read);
        jobs.clear();
        finished.clear();
        var occupancy = new Occupancy(read);
        for (int host = 0; host < read.size(); host++) {
            occupancy.take(host, used.getOrDefault(read.hosts().get(host), 0));
        }
        return new Event.State(name, occupancy);
    }

    private static List<Level> levels(Fields fields) {
        var levels = new ArrayList<Level>();
        for (var each : fields.objects("levels")) {
            each.only("name", "bandwidth", "oversubscription");
            var level = new Level(
                    each.text("name"),
                    each.number("bandwidth", 1, MOST_BANDWIDTH),
                    each.number("oversubscription", 1, MOST_BANDWIDTH));
            if (level.guaranteed() < 1) {
                throw each.wrong("level " + level.name() + " guarantees an accelerator less than 1 byte/s:"
                        + " its bandwidth is less than its oversubscription");
            }
            levels.add(level);
        }
        if (levels.isEmpty() || !levels.getLast().name().equals("host")) {
            throw fields.wrong("the last level is not the host");
        }
        if (levels.size() > MOST_LEVELS) {
            throw fields.wrong("there are " + levels.size() + " levels, more than " + MOST_LEVELS);
        }
        if (levels.stream().map(Level::name).distinct().count() < levels.size()) {
            throw fields.wrong("two levels have one name, so that domains would contain themselves");
        }
        return levels;
    }

    private static Host host(Fields node, List<Level> levels) {
        var name = node.text("name");
        var domains = node.texts("domains", Fleet.UNNAMED);
        if (domains.size() != levels.size() - 1) {
            throw node.wrong("node " + name + " names " + domains.size() + " domains, not " + (levels.size() - 1));
        }
        return new Host(name, domains, node.whole("accelerators", 0, Fields.MOST), node.amounts("free"));
    }

    /** @param outerOf outer domain by domain, as the nodes before have it */
    private static void checkOuter(Fields node, List<Level> levels, List<String> domains, Map<String, String> outerOf) {
        for (int level = 1; level < domains.size(); level++) {
            if (domains.subList(level - 1, level + 1).contains(Fleet.UNNAMED)) {
                continue;
            }
            var outer = outerOf.putIfAbsent(level + "/" + domains.get(level), domains.get(level - 1));
            if (outer != null && !outer.equals(domains.get(level - 1))) {
                throw node.wrong(levels.get(level).name() + " " + domains.get(level) + " lies in two domains of "
                        + levels.get(level - 1).name() + "; if these are two, say so by localNames");
            }
        }
    }

    private Job job(Fields fields) {
        var id = fields.text("job");
        if (!jobs.add(id)) {
            throw fields.wrong("job " + id + " is submitted twice");
        }
        int members = fields.whole("members", 1, GangRequest.MAX_SIZE);
        int accelerators = fields.whole("accelerators", 0, Fields.MOST);
        var extras = new Extras(fields.amounts("requests"), slices(fields, members), leader(fields), avoided(fields));
        if (new Needs(accelerators, extras.requests()).isNothing()) {
            throw fields.wrong("the members of " + id + " need nothing");
        }
        return new Job(
                id,
                members,
                accelerators,
                mesh(fields, id, (long) members * accelerators),
                fields.optionalText("required").map(level -> level(fields, level)),
                fields.optionalText("preferred").map(level -> level(fields, level)),
                extras,
                fields.seconds("computeSeconds"),
                fields.seconds("duration"));
    }

    private static List<Dimension> mesh(Fields fields, String job, long accelerators) {
        var mesh = new ArrayList<Dimension>();
        long ranks = 1;
        for (var each : fields.has("mesh") ? fields.objects("mesh") : List.<Fields>of()) {
            each.only("name", "degree", "traffic", "bytes");
            int degree = each.whole("degree", 1, Fields.MOST);
            var traffic = each.oneOf("traffic", Traffic.class);
            mesh.add(new Dimension(each.text("name"), degree, traffic, each.number("bytes", 0, MOST_BYTES)));
            ranks *= degree;
            if (ranks > Integer.MAX_VALUE) {
                throw fields.wrong("the degrees of the mesh of " + job + " multiply to more than " + Integer.MAX_VALUE
                        + " ranks, the most that can be scored");
            }
        }
        if (!mesh.isEmpty() && ranks != accelerators) {
            throw fields.wrong("the mesh of " + job + " has " + ranks + " ranks for " + accelerators + " accelerators");
        }
        return mesh;
    }

    private List<Slice> slices(Fields fields, int members) {
        var given = fields.isList("slice")
                ? fields.objects("slice")
                : fields.has("slice") ? List.of(fields.object("slice")) : List.<Fields>of();
        var slices = new ArrayList<Slice>();
        int outer = members;
        int depth = -1;
        for (var each : given) {
            each.only("size", "level");
            var slice = new Slice(each.whole("size", 1, GangRequest.MAX_SIZE), level(each, each.text("level")));
            int inner = fleet.orElseThrow().level(slice.level());
            if (outer % slice.size() != 0 || inner <= depth) {
                throw each.wrong("slices of " + slice.size() + " in one " + slice.level()
                        + " do not divide what they are part of, or lie no further in");
            }
            outer = slice.size();
            depth = inner;
            slices.add(slice);
        }
        return slices;
    }

    private static Optional<Needs> leader(Fields fields) {
        if (fields.isObject("leader")) {
            var leader = fields.object("leader").only("accelerators", "requests");
            return Optional.of(new Needs(leader.whole("accelerators", 0, Fields.MOST), leader.amounts("requests")));
        }
        return fields.flag("leader") ? Optional.of(new Needs(0, new TreeMap<>())) : Optional.empty();
    }

    private SortedSet<String> avoided(Fields fields) {
        var avoided = new TreeSet<String>();
        if (fields.has("avoid")) {
            fields.texts("avoid").forEach(node -> avoided.add(known(fields, node)));
        }
        return avoided;
    }

    private String level(Fields fields, String name) {
        if (fleet.orElseThrow().level(name) < 0) {
            throw fields.wrong("there is no level " + name);
        }
        return name;
    }

    private String ended(Fields fields) {
        var job = fields.text("job");
        if (!jobs.contains(job)) {
            throw fields.wrong("there is no job " + job + " that could finish; SUBMIT it after the STATE");
        }
        if (!finished.add(job)) {
            throw fields.wrong("job " + job + " finishes twice");
        }
        return job;
    }

    private int host(Fields fields) {
        return fleet.orElseThrow().hosts().indexOf(known(fields, fields.text("node")));
    }

    private String known(Fields fields, String node) {
        if (!fleet.orElseThrow().hosts().contains(node)) {
            throw fields.wrong("there is no node " + node);
        }
        return node;
    }
}

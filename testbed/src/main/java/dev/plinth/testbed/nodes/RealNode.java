package dev.plinth.testbed.nodes;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.controlplane.ControlPlane;
import dev.plinth.testbed.parts.HostTools;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node that runs containers: containerd, kubelet and kube-proxy in a process, network and mount namespace of their own.
 * Its images and its containers' files are kept when it is killed, as a disk is by a power cut.
 */
public final class RealNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What node programs keep at fixed places is not to be left on this machine. */
    private static final List<String> FRESH = List.of("/run", "/var/lib", "/var/log");

    /** What all real nodes of a cluster share. */
    public record Site(
            ClusterSpec spec,
            StateFolder state,
            Parts parts,
            HostTools tools,
            Walls walls,
            ClusterNetwork network,
            ControlPlane controlPlane,
            Path pauseImage,
            Progress progress) {}

    private final Site site;
    private final ClusterSpec.RealNode spec;
    private final int ordinal;
    private final NodeFiles files;
    private final List<Component> components = new ArrayList<>();
    /** Image archives that were loaded into the others while it was off. */
    private final Set<Path> missed = new LinkedHashSet<>();

    private Optional<Walls> walls = Optional.empty();

    public RealNode(Site site, ClusterSpec.RealNode spec, int ordinal) {
        this.site = site;
        this.spec = spec;
        this.ordinal = ordinal;
        this.files = new NodeFiles(site, spec.name(), ordinal);
    }

    public String name() {
        return spec.name();
    }

    public boolean running() {
        return walls.isPresent();
    }

    /** What runs on it, or ran until it crashed. */
    public List<Component> components() {
        return List.copyOf(components);
    }

    /** Switches it on; returns when containers can be started on it, which kubelet reports a moment later. */
    public synchronized void start(Progress progress) {
        if (running()) {
            throw new TestbedException("node %s is running already".formatted(name()));
        }
        var inside = site.walls().enclose(enclosure());
        walls = Optional.of(inside);
        site.network().connect(ordinal, inside);
        launch(inside, Part.CONTAINERD, List.of("--config=" + files.containerd()));
        awaitContainerd(inside);
        importImage(inside, site.pauseImage());
        importMissed(inside, progress);
        launch(
                inside,
                Part.KUBELET,
                List.of(
                        "--config=" + files.kubelet(),
                        "--kubeconfig=" + site.controlPlane().kubeletKubeconfig(name()),
                        "--hostname-override=" + name(),
                        "--node-ip=" + ClusterNetwork.node(ordinal),
                        "--node-labels=" + labels(),
                        "--root-dir=" + files.folder("kubelet"),
                        "--cert-dir=" + files.folder("kubelet-pki")));
        launch(inside, Part.KUBE_PROXY, List.of("--config=" + files.proxy()));
    }

    /** Switches it off without a farewell: first its cable is pulled, then all that runs on it is killed at once. */
    public synchronized void kill() {
        var inside = walls.orElseThrow(() -> new TestbedException("node %s is not running".formatted(name())));
        site.network().cut(ordinal);
        close();
    }

    /** Loads an image archive into its container runtime, if it is on, and says whether it did; otherwise it does so when it starts. */
    public synchronized boolean load(Path archive) {
        walls.ifPresentOrElse(inside -> importImage(inside, archive), () -> missed.add(archive));
        return running();
    }

    /** Kills the first process of a container, and so all of them, without a farewell (SIGKILL). */
    public synchronized void killContainer(String id) {
        var inside = walls.orElseThrow(() -> new TestbedException("node %s is not running".formatted(name())));
        inside.run(site.parts().program(Part.CTR), "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", id);
    }

    /** Names of the images it has. */
    public synchronized List<String> images() {
        return walls.map(inside -> ctr(inside, "list", "--quiet")
                        .lines()
                        .filter(name -> !name.startsWith("sha256:"))
                        .toList())
                .orElse(List.of());
    }

    /** Kills all that runs on it. */
    @Override
    public synchronized void close() {
        components.forEach(Component::expectEnd);
        walls.ifPresent(Walls::close);
        walls = Optional.empty();
        components.clear();
        Cgroups.ofThisMachine().removeLeftByNode(files.folder());
    }

    private List<String> enclosure() {
        var options = new ArrayList<>(List.of("--hostname", name()));
        FRESH.forEach(folder -> options.addAll(List.of("--fresh", folder)));
        resolver().ifPresent(file -> options.addAll(List.of("--bind", files.resolver() + "=" + file)));
        files.kernelSettings().forEach((setting, file) -> options.addAll(List.of("--bind", file + "=" + setting)));
        site.tools().libraryIndex().ifPresent(index -> options.addAll(List.of("--bind", index + "=/etc/ld.so.cache")));
        return options;
    }

    /** Where the node's programs read whom to ask for names; none if that is in a fresh folder, so that they ask nobody. */
    private static Optional<Path> resolver() {
        var file = Path.of("/etc/resolv.conf");
        try {
            return Files.exists(file)
                    ? Optional.of(file.toRealPath())
                            .filter(real -> FRESH.stream().noneMatch(real::startsWith))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch(Walls inside, Part part, List<String> arguments) {
        var command = new ArrayList<>(List.of(site.parts().program(part)));
        command.addAll(arguments);
        var environment = Map.of("PATH", site.tools().searchPath(site.parts().folder(Part.SHIM)));
        var log = site.state().file("logs/%s-%s.log".formatted(name(), part.program()));
        var component = inside.start(name() + "/" + part.program(), log, environment, command);
        component.onCrash(() -> site.progress().done(component.obituary()));
        components.add(component);
    }

    private void awaitContainerd(Walls inside) {
        var deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                inside.run(site.parts().program(Part.CTR), "version");
                return;
            } catch (TestbedException notYet) {
                components.forEach(Component::requireAlive);
                if (Instant.now().isAfter(deadline)) {
                    throw notYet;
                }
            }
        }
    }

    private void importImage(Walls inside, Path archive) {
        ctr(inside, "import", archive.toAbsolutePath().toString());
    }

    private void importMissed(Walls inside, Progress progress) {
        for (var archive : missed) {
            if (Files.isReadable(archive)) {
                progress.now("Loading %s, which %s missed".formatted(archive.getFileName(), name()));
                importImage(inside, archive);
                progress.done("Loaded %s, which %s missed while it was off".formatted(archive.getFileName(), name()));
            } else {
                progress.done("%s missed %s, and the file is gone: load it again".formatted(name(), archive));
            }
        }
        missed.clear();
    }

    private String ctr(Walls inside, String... arguments) {
        var command = new ArrayList<>(List.of(site.parts().program(Part.CTR), "--namespace", "k8s.io", "images"));
        command.addAll(List.of(arguments));
        return inside.run(command.toArray(String[]::new));
    }

    private String labels() {
        var all = new java.util.TreeMap<>(spec.labels());
        all.put(SimulatedFleet.KIND, SimulatedFleet.REAL);
        return all.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }
}

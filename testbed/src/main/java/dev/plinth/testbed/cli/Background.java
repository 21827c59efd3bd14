package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.RunningCluster;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.controlplane.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A cluster that a supervisor owns, seen from another process. */
public final class Background implements RunningCluster {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final Optional<Process> held;
    private Optional<KubernetesClient> client = Optional.empty();

    private Background(String name, Optional<Process> held) {
        this.name = name;
        this.held = held;
    }

    /** Brings a cluster up, or joins one of the same specification that is up or coming up, and returns when it is ready. */
    public static Background up(ClusterSpec spec, Progress progress) {
        var spawned = StateFolder.owner(spec.name()).isPresent()
                ? Optional.<Process>empty()
                : Optional.of(spawn(spec, List.of()));
        var cluster = new Background(spec.name(), Optional.empty());
        cluster.awaitSocket(spawned);
        cluster.requireSame(spec);
        cluster.ask("up", progress);
        return cluster;
    }

    /**
     * Brings a cluster up that ends with this process, however this process ends, unless it is let go.
     *
     * @throws TestbedException if one of that name is up already
     */
    public static Background hold(ClusterSpec spec, Progress progress) {
        requireDown(spec.name());
        var spawned = Optional.of(spawn(spec, List.of("--held")));
        var cluster = new Background(spec.name(), spawned);
        cluster.awaitSocket(spawned);
        cluster.ask("up", progress);
        return cluster;
    }

    /** @throws TestbedException if a cluster of that name is up */
    public static void requireDown(String name) {
        if (StateFolder.owner(name).isPresent()) {
            throw new TestbedException(
                    "a cluster named %s is up already; end it with: make cluster-down NAME=%s".formatted(name, name));
        }
    }

    /** Lets a held cluster live on after this process. */
    public void letGo() {
        held.ifPresent(supervisor -> {
            try (var lifeline = supervisor.getOutputStream()) {
                lifeline.write(Supervisor.LET_GO);
            } catch (IOException e) {
                throw new TestbedException("the cluster %s ended by itself: %s".formatted(name, e.getMessage()), e);
            }
        });
    }

    /** A cluster that is up. */
    public static Background attach(String name) {
        if (StateFolder.owner(name).isEmpty()) {
            throw new TestbedException("no cluster named %s is up; %s".formatted(name, others()));
        }
        return new Background(name, Optional.empty());
    }

    /** Which clusters are up, for one who asked for another. */
    static String others() {
        var owned = StateFolder.owned();
        return owned.isEmpty()
                ? "there is none; start one with: make cluster-up"
                : "there is: %s; say which with --name".formatted(String.join(", ", owned));
    }

    /** Ends a cluster and removes all it kept, also what a killed run left. Returns whether one was up. */
    public static boolean down(String name) {
        var owner = StateFolder.owner(name);
        if (owner.isPresent()) {
            try {
                attach(name).ask("down", Progress.silent());
            } catch (TestbedException deaf) {
                owner.get().destroyForcibly();
            }
            awaitEnd(owner.get());
        }
        StateFolder.acquire(name).ifPresent(StateFolder::close);
        removeLeftovers(name);
        return owner.isPresent();
    }

    public String name() {
        return name;
    }

    @Override
    public synchronized KubernetesClient client() {
        if (client.isEmpty()) {
            client = Optional.of(ControlPlane.connect(kubeconfig()));
        }
        return client.get();
    }

    @Override
    public Path kubeconfig() {
        return StateFolder.of(name).resolve("kubeconfig");
    }

    /** What to type into a shell so that there is a kubectl of the cluster's version and it finds the cluster. */
    public List<String> shellLines() {
        var kubectl = StateFolder.of(name).resolve(LocalCluster.KUBECTL);
        return List.of("export KUBECONFIG=" + kubeconfig(), "export PATH=%s:$PATH".formatted(kubectl.getParent()));
    }

    @Override
    public void killNode(String node) {
        ask("kill " + node, Progress.silent());
    }

    @Override
    public void startNode(String node, Progress progress) {
        ask("start " + node, progress);
    }

    @Override
    public void loadImage(Path archive, Progress progress) {
        ask("load " + archive.toAbsolutePath(), progress);
    }

    /** A table of what the cluster consists of and how it is. */
    public String status() {
        return ask("status", Progress.silent());
    }

    /** The same of a cluster of that name; empty if there is none, or it is still coming up. */
    static Optional<String> statusIfUp(String name) {
        var cluster = new Background(name, Optional.empty());
        return Optional.of(name)
                .filter(known -> StateFolder.owner(known).isPresent() && cluster.answers())
                .map(known -> cluster.ask("status-if-up", Progress.silent()))
                .filter(status -> !status.isEmpty());
    }

    @Override
    public void close() {
        client.ifPresent(KubernetesClient::close);
        down(name);
    }

    private static Process spawn(ClusterSpec spec, List<String> options) {
        try {
            Files.createDirectories(StateFolder.home());
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var request = Files.createTempFile(StateFolder.home(), spec.name() + ".", ".request");
            Files.writeString(request, spec.toYaml());
            var command = new ArrayList<>(List.of(
                    "setsid",
                    java,
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dslf4j.internal.verbosity=ERROR",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "supervise",
                    request.toString()));
            command.addAll(options);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log(spec.name()).toFile())
                    .redirectInput(
                            options.isEmpty()
                                    ? Redirect.from(Path.of("/dev/null").toFile())
                                    : Redirect.PIPE)
                    .start();
        } catch (IOException e) {
            throw new TestbedException("cannot start the supervisor: " + e.getMessage(), e);
        }
    }

    private void awaitSocket(Optional<Process> spawned) {
        var deadline = Instant.now().plus(PATIENCE);
        while (!answers()) {
            if (spawned.isPresent()
                    && !spawned.get().isAlive()
                    && StateFolder.owner(name).isEmpty()) {
                throw new TestbedException("the supervisor ended: " + lastLine(log(name)));
            }
            if (Instant.now().isAfter(deadline)) {
                throw new TestbedException(
                        "the process that owns the cluster %s does not answer; end it with: make cluster-down NAME=%s"
                                .formatted(name, name));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestbedException("interrupted", e);
            }
        }
    }

    private boolean answers() {
        try (var _ = SocketChannel.open(ControlSocket.of(name))) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void requireSame(ClusterSpec spec) {
        var file = StateFolder.of(name).resolve("cluster.yaml");
        if (Files.exists(file) && !ClusterSpec.read(file).equals(spec)) {
            throw new TestbedException(
                    "the cluster %s is up with another configuration; end it first with: make cluster-down NAME=%s"
                            .formatted(name, name));
        }
    }

    private String ask(String request, Progress progress) {
        try (var connection = SocketChannel.open(ControlSocket.of(name));
                var out = new PrintWriter(Channels.newWriter(connection, StandardCharsets.UTF_8), true);
                var in = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8))) {
            out.println(request);
            var text = new ArrayList<String>();
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(ControlSocket.OK)) {
                    return String.join("\n", text);
                } else if (line.startsWith(ControlSocket.FAILED)) {
                    throw new TestbedException(line.substring(ControlSocket.FAILED.length()));
                } else if (line.startsWith(ControlSocket.DONE)) {
                    progress.done(line.substring(ControlSocket.DONE.length()));
                } else if (line.startsWith(ControlSocket.NOW)) {
                    progress.now(line.substring(ControlSocket.NOW.length()));
                } else if (line.startsWith(ControlSocket.TEXT)) {
                    text.add(line.substring(ControlSocket.TEXT.length()));
                }
            }
            throw new TestbedException(
                    "the process that owns the cluster %s ended; its output is in %s".formatted(name, log(name)));
        } catch (IOException e) {
            throw new TestbedException(
                    "the process that owns the cluster %s does not answer: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The output of an owner, and requests that it was killed before it read. */
    static void removeLeftovers(String name) {
        if (!Files.isDirectory(StateFolder.home())) {
            return;
        }
        try (var files = Files.newDirectoryStream(StateFolder.home(), name + ".{log,*.request}")) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path log(String name) {
        return StateFolder.home().resolve(name + ".log");
    }

    private static String lastLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? "it said nothing" : lines.getLast();
        } catch (IOException e) {
            return "its output cannot be read: " + e;
        }
    }
}

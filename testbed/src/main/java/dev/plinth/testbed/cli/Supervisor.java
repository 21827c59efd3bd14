package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The background process that owns a cluster: brings it up, answers the command line, and ends with the cluster. */
final class Supervisor {
    /** What a starter that holds the cluster writes to let go of it. */
    static final int LET_GO = 'k';

    private static final int SECONDS_TO_END = 15;

    private final ClusterSpec spec;
    private final Startup startup = new Startup();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile Optional<LocalCluster> cluster = Optional.empty();

    private Supervisor(ClusterSpec spec) {
        this.spec = spec;
    }

    /**
     * Runs until the cluster is ended, and returns the exit status.
     *
     * @param held whether the cluster ends when standard input does, unless {@link #LET_GO} came first
     */
    static int run(ClusterSpec spec, boolean held) throws IOException, InterruptedException {
        StateFolder.sweep();
        var state = StateFolder.acquire(spec.name());
        if (state.isEmpty()) {
            return 0; // Another supervisor was quicker; whoever started this one finds it.
        }
        var supervisor = new Supervisor(spec);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(ControlSocket.of(spec.name()));
            Thread.ofPlatform().daemon().start(() -> supervisor.accept(server));
            if (held) {
                Thread.ofPlatform().daemon().start(supervisor::awaitStarter);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(supervisor::end));
            return supervisor.live(state.get());
        }
    }

    private int live(StateFolder state) throws InterruptedException {
        try {
            cluster = Optional.of(LocalCluster.up(spec, state, startup));
            startup.succeed();
            ended.await();
            cluster.ifPresent(LocalCluster::close);
            return 0;
        } catch (RuntimeException e) {
            var line = e instanceof TestbedException told ? told.line() : e.toString();
            System.err.println(line);
            startup.fail(line);
            if (ended.getCount() > 0) {
                // Whoever asked for the cluster is to hear why there is none.
                startup.awaitToldOnce(5, TimeUnit.SECONDS);
            }
            return 1;
        } finally {
            if (ended.getCount() == 0) {
                Background.removeLeftovers(spec.name());
            }
            gone.countDown();
        }
    }

    private void awaitStarter() {
        try {
            if (System.in.read() == LET_GO) {
                return;
            }
        } catch (IOException e) {
            System.err.println("lost the starter: " + e);
        }
        end();
        System.exit(0);
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (true) {
                var connection = server.accept();
                Thread.ofPlatform().daemon().start(() -> answer(connection));
            }
        } catch (AsynchronousCloseException closed) {
            ended.countDown();
        } catch (IOException e) {
            System.err.println("no longer listening: " + e);
        }
    }

    private void answer(SocketChannel connection) {
        try (connection;
                var in = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
                var out = new PrintWriter(Channels.newWriter(connection, StandardCharsets.UTF_8), true)) {
            var asked = Optional.ofNullable(in.readLine()).orElse("").split(" ", 2);
            var argument = asked.length > 1 ? asked[1] : "";
            try {
                carryOut(asked[0], argument, out);
                out.println(ControlSocket.OK);
            } catch (TestbedException e) {
                out.println(ControlSocket.FAILED + e.line().replace('\n', ' '));
            } catch (RuntimeException e) {
                e.printStackTrace();
                out.println(ControlSocket.FAILED + e);
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("a request was cut off: " + e);
        }
    }

    private void carryOut(String verb, String argument, PrintWriter out) throws InterruptedException {
        switch (verb) {
            case "up" -> startup.follow(out);
            case "down" -> end();
            case "status" -> tellStatus(ready(), out);
            case "status-if-up" -> cluster.ifPresent(up -> tellStatus(up, out));
            case "load" -> ready().loadImage(Path.of(argument), ControlSocket.progress(out));
            case "kill" -> ready().killNode(argument);
            case "start" -> ready().startNode(argument, ControlSocket.progress(out));
            default -> throw new TestbedException("unknown request " + verb);
        }
    }

    private static void tellStatus(LocalCluster up, PrintWriter out) {
        Status.of(up).lines().forEach(line -> out.println(ControlSocket.TEXT + line));
    }

    /**
     * Ends the cluster and returns when nothing is left. One that is still coming up loses all its programs, so that whatever
     * step it is at fails and undoes what was done.
     */
    private void end() {
        ended.countDown();
        startup.cancel();
        try {
            for (int tenths = 0; !gone.await(100, TimeUnit.MILLISECONDS); tenths++) {
                if (cluster.isEmpty()) {
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                }
                if (tenths == 10 * SECONDS_TO_END) {
                    Runtime.getRuntime().halt(1); // The next up or down removes what is left.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LocalCluster ready() {
        return cluster.orElseThrow(() -> new TestbedException("the cluster is still coming up"));
    }
}

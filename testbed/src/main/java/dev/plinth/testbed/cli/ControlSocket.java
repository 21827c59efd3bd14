package dev.plinth.testbed.cli;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The socket by which the command line talks to the process that owns a cluster: one line asked, lines answered. */
final class ControlSocket {
    /** First word of a line that tells of a finished step. */
    static final String DONE = "done ";
    /** First word of a line that tells of the present step. */
    static final String NOW = "now ";
    /** First word of a line that is the answer's text. */
    static final String TEXT = "text ";
    /** The last line of an answer when all went well. */
    static final String OK = "ok";
    /** First word of the last line of an answer when not. */
    static final String FAILED = "failed ";

    private static final int LONGEST_PATH = 107;

    private ControlSocket() {}

    static UnixDomainSocketAddress of(String cluster) {
        var path = path(cluster);
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new TestbedException(
                    "the path %s is too long for a socket: set PLINTH_TESTBED_HOME to a shorter folder"
                            .formatted(path));
        }
        return UnixDomainSocketAddress.of(path);
    }

    /** Tells the command line how far its request is. */
    static Progress progress(PrintWriter out) {
        return new Progress() {
            @Override
            public void done(String line) {
                out.println(DONE + line);
            }

            @Override
            public void now(String line) {
                out.println(NOW + line);
            }
        };
    }

    static Path path(String cluster) {
        return StateFolder.of(cluster).resolve("control.sock");
    }
}

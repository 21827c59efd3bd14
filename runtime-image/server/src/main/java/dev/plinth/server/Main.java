package dev.plinth.server;

import dev.plinth.trainer.TrainerMain;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Entry point of the runtime image: {@code serve} (the default) or {@code train}. */
public final class Main {
    /** The configuration or the model is at fault: starting again changes nothing. */
    private static final int EXIT_CONFIGURATION = 2;

    /** The engine cannot compute the model here, for want of memory most often. */
    private static final int EXIT_MODEL = 4;

    /** The time to drain was over and requests were still in flight. */
    private static final int EXIT_UNANSWERED = 3;

    private Main() {}

    @SuppressWarnings("SystemExit")
    public static void main(String[] arguments) throws Exception {
        String command = arguments.length == 0 ? "serve" : arguments[0];
        switch (command) {
            case "serve" -> serve();
            case "train" -> TrainerMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            default -> {
                System.err.println("unknown command \"" + command + "\"; use serve or train");
                System.exit(EXIT_CONFIGURATION);
            }
        }
    }

    @SuppressWarnings("SystemExit")
    private static void serve() {
        JsonLog.install();
        Logger log = System.getLogger(Main.class.getName());
        try {
            ServerConfig config = ServerConfig.of(System.getenv());
            Server server = new Server(config);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, config), "shutdown"));
            server.load();
        } catch (IOException | IllegalArgumentException e) {
            log.log(Level.ERROR, words(e));
            Runtime.getRuntime().halt(EXIT_CONFIGURATION);
        } catch (Throwable e) {
            // Also of what a file that is cut short meanwhile, or too little memory, throws. Without a model the
            // process would answer probes for ever, and never a request.
            log.log(Level.ERROR, "The model could not be loaded: " + inOneLine(e), e);
            Runtime.getRuntime().halt(EXIT_MODEL);
        }
    }

    private static String words(Exception e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException closed -> "there is no permission to read " + closed.getFile();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** The last line of a log is what a pod's status shows. */
    private static String inOneLine(Throwable e) {
        return String.valueOf(e).lines().map(String::strip).collect(Collectors.joining("; "));
    }

    /** Runs on SIGTERM. Halting gives the exit code 0 of an orderly end instead of 143, "killed by signal 15". */
    private static void end(Server server, ServerConfig config) {
        boolean drained = false;
        try {
            drained = server.drain(config.drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(drained ? 0 : EXIT_UNANSWERED);
    }
}

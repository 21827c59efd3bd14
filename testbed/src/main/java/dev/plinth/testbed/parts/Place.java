package dev.plinth.testbed.parts;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder that may hold programs of the cluster.
 *
 * @param name how a person knows it
 * @param trust how sure it is that what lies there fits together
 */
record Place(String name, Path folder, Trust trust) {
    private static final Pattern VERSION = Pattern.compile("\\bv?(\\d+)\\.(\\d+)\\.\\d+");

    enum Trust {
        /** Filled by us: taken as it is. */
        OURS,
        /** Named by the user for this purpose: a program of another version is an error. */
        CHOSEN,
        /** Named by the user, perhaps for another project: a program of another version is passed over with a line. */
        SHARED,
        /** Named by nobody: a program of another version is passed over. */
        AMBIENT
    }

    /** The program, if it is here and of a version that fits the others; the reason is told if only the version is wrong. */
    Optional<Path> find(Part part, GoSources sources, Progress progress) {
        var path = folder.resolve(part.program());
        if (!Files.isExecutable(path) || (trust != Trust.CHOSEN && trust != Trust.OURS && !part.foundAnywhere())) {
            return Optional.empty();
        }
        var misfit = trust == Trust.OURS || !part.foundAnywhere()
                ? Optional.<String>empty()
                : misfit(part, path.toAbsolutePath(), sources);
        if (misfit.isPresent() && trust == Trust.CHOSEN) {
            throw new TestbedException(misfit.get() + ": put the right one there, or take it away");
        }
        if (misfit.isPresent() && trust == Trust.SHARED) {
            progress.done(misfit.get() + ": passed over");
        }
        return misfit.isPresent() ? Optional.empty() : Optional.of(path.toAbsolutePath());
    }

    /**
     * Kubernetes' programs must be of one minor version, which is also the one that the tests are true for; etcd, whose protocol
     * is older than that, of one major version.
     */
    private Optional<String> misfit(Part part, Path path, GoSources sources) {
        var wanted = sources.version(part.module().orElseThrow());
        var says = version(part, path);
        if (fits(part, wanted, says)) {
            return Optional.empty();
        }
        return Optional.of("%s: %s is %s, the cluster needs %s"
                .formatted(name, path, says.isEmpty() ? "of no known version" : says, wanted));
    }

    private static boolean fits(Part part, String wanted, String says) {
        var one = VERSION.matcher(wanted);
        var other = VERSION.matcher(says);
        return one.find()
                && other.find()
                && one.group(1).equals(other.group(1))
                && (part == Part.ETCD || one.group(2).equals(other.group(2)));
    }

    private static String version(Part part, Path path) {
        var command = new java.util.ArrayList<>(List.of(path.toString()));
        command.addAll(part.versionArguments());
        try {
            var version = VERSION.matcher(Commands.run(command));
            return version.find() ? "v" + version.group().replaceFirst("^v", "") : "";
        } catch (TestbedException broken) {
            return "";
        }
    }
}

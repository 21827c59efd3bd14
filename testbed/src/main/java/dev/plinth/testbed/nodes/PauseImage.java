package dev.plinth.testbed.nodes;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import java.nio.file.Path;

/** The image whose container holds a pod's namespaces open. */
public final class PauseImage {
    static final String NAME = "plinth.dev/pause:dev";

    private PauseImage() {}

    /** Packs the program into an image archive. */
    public static Path write(StateFolder state, Path program) {
        var archive = state.file("images/pause.tar");
        var layer = FileEntriesLayer.builder()
                .addEntry(program, AbsoluteUnixPath.get("/pause"), FilePermissions.fromOctalString("755"))
                .build();
        try {
            Jib.fromScratch()
                    .addFileEntriesLayer(layer)
                    .setEntrypoint("/pause")
                    .setUser("65535")
                    .containerize(Containerizer.to(TarImage.at(archive).named(NAME))
                            .setApplicationLayersCache(state.folder("images/cache"))
                            .setBaseImageLayersCache(state.folder("images/cache")));
            return archive;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while packing the pause image", e);
        } catch (InvalidImageReferenceException
                | java.io.IOException
                | java.util.concurrent.ExecutionException
                | com.google.cloud.tools.jib.api.RegistryException
                | com.google.cloud.tools.jib.api.CacheDirectoryCreationException e) {
            throw new TestbedException("cannot pack the pause image: " + e.getMessage(), e);
        }
    }
}

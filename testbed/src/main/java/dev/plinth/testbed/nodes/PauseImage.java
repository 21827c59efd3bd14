package dev.plinth.testbed.nodes;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.image.ImageTar;
import java.nio.file.Path;

/** The image whose container holds a pod's namespaces open. */
public final class PauseImage {
    static final String NAME = "plinth.dev/pause:dev";

    private PauseImage() {}

    /** Packs the program into an image archive. */
    public static Path write(StateFolder state, Path program) {
        var layer = FileEntriesLayer.builder()
                .addEntry(program, AbsoluteUnixPath.get("/pause"), FilePermissions.fromOctalString("755"))
                .build();
        var image = ImageTar.fromNothing()
                .addFileEntriesLayer(layer)
                .setEntrypoint("/pause")
                .setUser("65535");
        return ImageTar.write(image, NAME, state.file("images/pause.tar"));
    }
}

package dev.plinth.controller.gang;

import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Lets somebody else change something just before the first status is written. */
final class MeddlingWriter {
    private final Runnable change;
    private final AtomicBoolean meddled = new AtomicBoolean();

    MeddlingWriter(Runnable change) {
        this.change = change;
    }

    boolean hasMeddled() {
        return meddled.get();
    }

    Writer around(Writer writer) {
        return new Writer() {
            @Override
            public <T extends HasMetadata> T apply(FieldManager manager, T desired) {
                return writer.apply(manager, desired);
            }

            @Override
            public <T extends HasMetadata> T applyStatus(FieldManager manager, T desired) {
                if (meddled.compareAndSet(false, true)) {
                    change.run();
                }
                return writer.applyStatus(manager, desired);
            }

            @Override
            public <T extends HasMetadata> Optional<T> create(T desired) {
                return writer.create(desired);
            }

            @Override
            public <T extends HasMetadata> Optional<String> refusal(
                    T desired, Function<T, Optional<String>> complaint) {
                return writer.refusal(desired, complaint);
            }

            @Override
            public boolean delete(HasMetadata object, Deletion how) {
                return writer.delete(object, how);
            }

            @Override
            public void tell(HasMetadata about, Story story) {
                writer.tell(about, story);
            }
        };
    }
}

package dev.plinth.controller.gang;

import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** Carries out so many writes; the answer to the last of them and all that follows is lost, as if the process had ended. */
final class MortalWriter {
    private final int last;
    private final AtomicInteger writes = new AtomicInteger();

    MortalWriter(int last) {
        this.last = last;
    }

    boolean isDead() {
        return writes.get() >= last;
    }

    Writer around(Writer writer) {
        return new Writer() {
            @Override
            public <T extends HasMetadata> T apply(FieldManager manager, T desired) {
                return write(() -> writer.apply(manager, desired));
            }

            @Override
            public <T extends HasMetadata> T applyStatus(FieldManager manager, T desired) {
                return write(() -> writer.applyStatus(manager, desired));
            }

            @Override
            public <T extends HasMetadata> Optional<T> create(T desired) {
                return write(() -> writer.create(desired));
            }

            @Override
            public <T extends HasMetadata> Optional<String> refusal(
                    T desired, Function<T, Optional<String>> complaint) {
                return writer.refusal(desired, complaint);
            }

            @Override
            public boolean delete(HasMetadata object, Deletion how) {
                return write(() -> writer.delete(object, how));
            }

            @Override
            public void tell(HasMetadata about, Story story) {
                write(() -> {
                    writer.tell(about, story);
                    return true;
                });
            }
        };
    }

    private <T> T write(Supplier<T> request) {
        int number = writes.incrementAndGet();
        if (number > last) {
            throw new IllegalStateException("this operator has ended");
        }
        var answer = request.get();
        if (number == last) {
            throw new IllegalStateException("this operator ends");
        }
        return answer;
    }
}

package dev.plinth.engine.weights;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A file that holds several maps as one, their rows one on the other; seen here one by one, where they lie. */
public final class Stacked implements TensorFile {
    private final TensorFile file;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

    /**
     * What is in a stack, from its first row.
     *
     * @param names of its parts, in place of the end of its own
     * @param rows of each
     */
    public record Parts(List<String> names, List<Long> rows) {
        public Parts {
            names = List.copyOf(names);
            rows = List.copyOf(rows);
        }
    }

    private Stacked(TensorFile file, Map<String, Parts> stacks) {
        this.file = file;
        file.tensors().forEach((name, tensor) -> {
            var stack = stacks.entrySet().stream()
                    .filter(entry -> name.endsWith(entry.getKey()))
                    .findFirst();
            stack.ifPresentOrElse(
                    entry -> {
                        String before =
                                name.substring(0, name.length() - entry.getKey().length());
                        add(name, before, tensor, entry.getValue());
                    },
                    () -> tensors.put(name, tensor));
        });
    }

    /**
     * The parts of stacks by their own names.
     *
     * @param file closed with this
     * @param stacks by the end of their names
     * @throws IllegalArgumentException if a stack has other rows than its parts
     */
    public static TensorFile apart(TensorFile file, Map<String, Parts> stacks) {
        return new Stacked(file, stacks);
    }

    private void add(String name, String before, Tensor stack, Parts parts) {
        long rows = parts.rows().stream().mapToLong(Long::longValue).sum();
        if (stack.shape().dimension() != 2 || stack.shape().get(0) != rows) {
            throw new IllegalArgumentException("tensor \"%s\" has shape %s, but the configuration asks for %d rows"
                    .formatted(name, stack.shape(), rows));
        }
        TensorType type = stack.type();
        long columns = stack.shape().get(1);
        long first = 0;
        for (int i = 0; i < parts.names().size(); i++) {
            long count = parts.rows().get(i);
            var slice = stack.data().asSlice(type.bytes(first * columns), type.bytes(count * columns));
            tensors.put(before + parts.names().get(i), new Tensor(type, new Shape(count, columns), slice));
            first += count;
        }
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        file.close();
    }
}

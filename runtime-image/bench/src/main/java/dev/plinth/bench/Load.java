package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** From a file that nobody has in memory to the first token, against reading the file and doing nothing with it. */
final class Load {
    private static final RandomLlama MODEL = RandomLlama.ONE_BILLION;

    private final Path smolLm2;
    private final Figures figures;

    Load(Path smolLm2, Figures figures) {
        this.smolLm2 = smolLm2;
        this.figures = figures;
    }

    void measure() throws Exception {
        if (Machine.lacksMemory("load", 6 * MODEL.bytes()) || Machine.lacksDisk("load", MODEL.bytes())) {
            return;
        }
        Path folder = Files.createTempDirectory("bench-engine-");
        Path file = folder.resolve("random.Q8_0.gguf");
        try {
            MODEL.write(smolLm2, file);
            Machine.forget(file);
            double read = read(file);
            figures.note("reading the file of a random Llama of 1B (Q8_0), cold", read, "s", Better.LOWER, "");
            figures.note("reading it again", read(file), "s", Better.LOWER, "page cache");
            for (Precision precision : List.of(Precision.INT8, Precision.FLOAT32)) {
                Machine.forget(file);
                double cold = load(file, precision);
                String label = "open to first token, random Llama of 1B, " + precision;
                figures.note(label, cold, "s", Better.LOWER, "cold, running JVM");
                figures.add(label + ": against reading its file", cold / read, "ratio", 1.3, Better.LOWER, "cold");
                figures.note(label, load(file, precision), "s", Better.LOWER, "page cache");
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static double load(Path file, Precision precision) throws Exception {
        long start = System.nanoTime();
        int cores = Runtime.getRuntime().availableProcessors();
        try (Side side = new PlinthSide(file, precision, cores, 1, 512)) {
            side.run(List.of("Hello"), 1);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static double read(Path file) throws IOException {
        long start = System.nanoTime();
        ByteBuffer buffer = ByteBuffer.allocateDirect(8 << 20);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer) >= 0) {
                buffer.clear();
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }
}

package dev.plinth.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A program in the text of TorchScript. libtorch loads such text only inside an archive, beside a pickled object; the object
 * of this one has no fields, so the archive is the same few bytes around any text and is made here, at load.
 */
public final class TorchProgram implements AutoCloseable {
    /** A pickle (protocol 2) of an object of class {@code __torch__.Program} without fields. */
    private static final byte[] OBJECT = latin1("\u0080\u0002c__torch__\nProgram\n)\u0081}b.");
    /** A pickle of an empty tuple: the text refers to no constants. */
    private static final byte[] CONSTANTS = latin1("\u0080\u0002).");
    /** Of the operators' signatures; the newest that libtorch 2.7 knows. */
    private static final byte[] VERSION = latin1("10\n");

    private final PtSymbolBlock module;

    private TorchProgram(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Compiles a program.
     *
     * @param owner the resource lies in its package
     * @param resource text with a class {@code Program(Module)}
     * @param manager closed with the engine; the program is freed with it
     */
    public static TorchProgram load(Class<?> owner, String resource, NDManager manager) {
        try (InputStream text = owner.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalStateException("there is no program " + resource + " beside " + owner.getName());
            }
            byte[] archive = archive(text.readAllBytes());
            return new TorchProgram(
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a method of the program in one call into libtorch.
     *
     * @param arguments arrays, whole numbers (long), decimals (double), flags, lists of whole numbers (long[]), arrays by name
     *     (Map), and results of earlier calls
     * @return the result, the caller's to close
     */
    public IValue run(String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            return IValueUtils.runMethod(module, method, values);
        } finally {
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null && values[i] != arguments[i]) {
                    values[i].close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        return switch (argument) {
            case IValue value -> value;
            case PtNDArray array -> IValue.from(array);
            case Long number -> IValue.from(number);
            case Double number -> IValue.from(number);
            case Boolean flag -> IValue.from(flag);
            case long[] numbers -> IValue.listFrom(numbers);
            case Map<?, ?> arrays -> named(arrays);
            default -> throw new IllegalArgumentException("a program takes no " + argument.getClass());
        };
    }

    private static IValue named(Map<?, ?> arrays) {
        Map<String, PtNDArray> named = new LinkedHashMap<>();
        arrays.forEach((name, array) -> named.put((String) name, (PtNDArray) array));
        return IValue.stringMapFrom(named);
    }

    @Override
    public void close() {
        module.close();
    }

    private static byte[] archive(byte[] code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "archive/data.pkl", OBJECT);
            put(zip, "archive/code/__torch__.py", code);
            put(zip, "archive/constants.pkl", CONSTANTS);
            put(zip, "archive/version", VERSION);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

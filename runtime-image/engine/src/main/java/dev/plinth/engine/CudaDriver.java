package dev.plinth.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalLong;

/** NVIDIA's driver, asked for what libtorch does not tell. */
final class CudaDriver {
    private static final String LIBRARY = "libcuda.so.1";

    private CudaDriver() {}

    static boolean present() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(LIBRARY, arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Bytes of the first GPU's memory; none if the driver is not there or does not answer. */
    static OptionalLong memory() {
        try (Arena arena = Arena.ofConfined()) {
            // The library is never closed: libtorch uses it too.
            SymbolLookup driver = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            MethodHandle init =
                    handle(driver, "cuInit", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            MethodHandle total = handle(
                    driver,
                    "cuDeviceTotalMem_v2",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
            boolean answered = (int) init.invokeExact(0) == 0 && (int) total.invokeExact(bytes, 0) == 0;
            return answered ? OptionalLong.of(bytes.get(ValueLayout.JAVA_LONG, 0)) : OptionalLong.empty();
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        } catch (Throwable e) {
            throw new IllegalStateException("the NVIDIA driver cannot be called", e);
        }
    }

    private static MethodHandle handle(SymbolLookup driver, String function, FunctionDescriptor descriptor) {
        MemorySegment address = driver.find(function)
                .orElseThrow(() -> new IllegalArgumentException("the NVIDIA driver has no " + function));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }
}

package dev.plinth.server;

import dev.plinth.engine.Device;
import dev.plinth.engine.Precision;
import dev.plinth.server.api.RequestLimits;
import dev.plinth.server.tracing.TraceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the server is started, from its environment.
 *
 * @param modelPath {@code PLINTH_MODEL_PATH}: a folder with config.json, weights and tokenizer.json, or a .gguf file, or a
 *     folder with a simulation.json
 * @param servedModelName {@code PLINTH_SERVED_MODEL_NAME}: what requests call it; by default the last part of the path
 * @param host {@code PLINTH_HOST}: address to listen on, by default all
 * @param port {@code PLINTH_PORT}, by default 8000; 0 = any free one
 * @param maxSequenceLength {@code PLINTH_MAX_SEQUENCE_LENGTH}: a limit below the model's own, in tokens
 * @param threads {@code PLINTH_THREADS}: threads of one operation; by default one for models of less than 10^9 parameters,
 *     else one a core
 * @param precision {@code PLINTH_PRECISION}: {@code int8} (default on a CPU, cannot be had on a GPU), {@code bfloat16} (default on a GPU)
 *     or {@code float32}
 * @param device {@code PLINTH_DEVICE}: {@code cpu}, {@code cuda} (ends where there is no GPU) or {@code auto} (default): the GPU if there
 *     is one
 * @param cacheTokens {@code PLINTH_CACHE_TOKENS}: tokens whose keys and values are kept; by default what a quarter of the
 *     memory holds, or seven eighths of a GPU's beside the weights
 * @param diskCacheTokens {@code PLINTH_DISK_CACHE_TOKENS}: tokens of prompts whose keys and values are kept in a file in the folder for
 *     temporary files once others need their memory; by default none
 * @param runningRequests {@code PLINTH_RUNNING_REQUESTS}: requests that are computed side by side, by default 32
 * @param waitingRequests {@code PLINTH_WAITING_REQUESTS}: requests in the queue beyond them, by default 256
 * @param speculation {@code PLINTH_SPECULATION}: {@code ngram} (default) computes tokens ahead that a text has repeated before, {@code
 *     none} does not; the texts are the same
 * @param promptDelayPercent {@code PLINTH_PROMPT_DELAY_PERCENT}: by how much a step in which requests await tokens may be longer for the
 *     prompts read in it, by default 100
 * @param adapters {@code PLINTH_ADAPTERS_PATH}: folder of LoRA adapters, each in a folder as PEFT writes it; by default {@code
 *     /var/lib/plinth/adapters} where a volume was mounted there, else none are taken
 * @param adaptersInMemory {@code PLINTH_ADAPTERS_IN_MEMORY}: most of them that are computed with at a time, by default 8; the others
 *     are loaded when they are asked for
 * @param adaptersByAnyone {@code PLINTH_ADAPTER_CHANGES}: who may load and unload adapters by request: {@code admins} (default), who name
 *     a key that is marked so, or {@code anyone} who may ask
 * @param drain {@code PLINTH_DRAIN_SECONDS}: how long requests in flight may take after SIGTERM, by default 25: less than
 *     the 30 after which Kubernetes kills
 * @param limits {@code PLINTH_REQUEST_BYTES}: largest body, by default 4 MiB, far above the longest prompt; {@code
 *     PLINTH_REQUEST_SECONDS}: longest time from arrival to the end of the answer, by default none
 * @param apiKeys {@code PLINTH_API_KEYS_FILE}: keys that requests must name one of, one a line; by default {@code
 *     /etc/plinth/api-keys/keys} where a secret was mounted there, else none are asked for
 * @param traces {@code OTEL_*}: where traces of requests go, as OpenTelemetry names it; by default none are made
 */
public record ServerConfig(
        Path modelPath,
        String servedModelName,
        String host,
        int port,
        int maxSequenceLength,
        OptionalInt threads,
        Optional<Precision> precision,
        Optional<Device> device,
        OptionalInt cacheTokens,
        int diskCacheTokens,
        int runningRequests,
        int waitingRequests,
        boolean speculation,
        int promptDelayPercent,
        Optional<Path> adapters,
        int adaptersInMemory,
        boolean adaptersByAnyone,
        Duration drain,
        RequestLimits limits,
        Optional<Path> apiKeys,
        TraceSettings traces) {

    private static final Path MOUNTED_ADAPTERS = Path.of("/var/lib/plinth/adapters");
    private static final Path MOUNTED_KEYS = Path.of("/etc/plinth/api-keys/keys");

    /** @throws IllegalArgumentException if a variable is missing or makes no sense; the message names it */
    public static ServerConfig of(Map<String, String> environment) {
        Path path = text(environment, "PLINTH_MODEL_PATH")
                .map(Path::of)
                .orElseThrow(() -> new IllegalArgumentException(
                        "PLINTH_MODEL_PATH is not set: name a folder with config.json, model.safetensors and"
                                + " tokenizer.json, or a .gguf file"));
        return new ServerConfig(
                path,
                text(environment, "PLINTH_SERVED_MODEL_NAME")
                        .orElse(path.toAbsolutePath().getFileName().toString()),
                text(environment, "PLINTH_HOST").orElse("0.0.0.0"),
                number(environment, "PLINTH_PORT", 0, 65_535).orElse(8000),
                number(environment, "PLINTH_MAX_SEQUENCE_LENGTH", 2, Integer.MAX_VALUE)
                        .orElse(Integer.MAX_VALUE),
                number(environment, "PLINTH_THREADS", 1, 1024),
                precision(environment),
                device(environment),
                number(environment, "PLINTH_CACHE_TOKENS", 1, Integer.MAX_VALUE),
                number(environment, "PLINTH_DISK_CACHE_TOKENS", 0, Integer.MAX_VALUE)
                        .orElse(0),
                number(environment, "PLINTH_RUNNING_REQUESTS", 1, 1024).orElse(32),
                number(environment, "PLINTH_WAITING_REQUESTS", 0, 1_000_000).orElse(256),
                speculation(environment),
                number(environment, "PLINTH_PROMPT_DELAY_PERCENT", 1, 10_000).orElse(100),
                text(environment, "PLINTH_ADAPTERS_PATH")
                        .map(Path::of)
                        .or(() -> Optional.of(MOUNTED_ADAPTERS).filter(Files::exists)),
                number(environment, "PLINTH_ADAPTERS_IN_MEMORY", 1, 1024).orElse(8),
                adaptersByAnyone(environment),
                Duration.ofSeconds(
                        number(environment, "PLINTH_DRAIN_SECONDS", 0, 86_400).orElse(25)),
                limits(environment),
                text(environment, "PLINTH_API_KEYS_FILE")
                        .map(Path::of)
                        .or(() -> Optional.of(MOUNTED_KEYS).filter(Files::exists)),
                TraceSettings.of(environment));
    }

    private static RequestLimits limits(Map<String, String> environment) {
        OptionalInt seconds = number(environment, "PLINTH_REQUEST_SECONDS", 1, 86_400);
        return new RequestLimits(
                number(environment, "PLINTH_REQUEST_BYTES", 1024, Integer.MAX_VALUE)
                        .orElse(4 << 20),
                seconds.isPresent() ? Optional.of(Duration.ofSeconds(seconds.getAsInt())) : Optional.empty());
    }

    private static Optional<Precision> precision(Map<String, String> environment) {
        return text(environment, "PLINTH_PRECISION")
                .map(name -> switch (name.strip().toLowerCase(Locale.ROOT)) {
                    case "int8" -> Precision.INT8;
                    case "bfloat16" -> Precision.BFLOAT16;
                    case "float32" -> Precision.FLOAT32;
                    default ->
                        throw new IllegalArgumentException(
                                "PLINTH_PRECISION must be int8, bfloat16 or float32, not \"" + name + "\"");
                });
    }

    private static Optional<Device> device(Map<String, String> environment) {
        String name = text(environment, "PLINTH_DEVICE").orElse("auto").strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> Optional.empty();
            case "cpu" -> Optional.of(Device.CPU);
            case "cuda" -> Optional.of(Device.CUDA);
            default ->
                throw new IllegalArgumentException("PLINTH_DEVICE must be auto, cpu or cuda, not \"" + name + "\"");
        };
    }

    private static boolean speculation(Map<String, String> environment) {
        String name = text(environment, "PLINTH_SPECULATION").orElse("ngram").strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "ngram" -> true;
            case "none" -> false;
            default ->
                throw new IllegalArgumentException("PLINTH_SPECULATION must be ngram or none, not \"" + name + "\"");
        };
    }

    private static boolean adaptersByAnyone(Map<String, String> environment) {
        String name =
                text(environment, "PLINTH_ADAPTER_CHANGES").orElse("admins").strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "admins" -> false;
            case "anyone" -> true;
            default ->
                throw new IllegalArgumentException(
                        "PLINTH_ADAPTER_CHANGES must be admins or anyone, not \"" + name + "\"");
        };
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static OptionalInt number(Map<String, String> environment, String name, int least, int most) {
        Optional<String> text = text(environment, name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int number = Integer.parseInt(text.get().strip());
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "%s must be a whole number from %d to %d, not \"%s\"".formatted(name, least, most, text.get()));
    }
}

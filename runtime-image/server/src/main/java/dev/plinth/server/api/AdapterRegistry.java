package dev.plinth.server.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.Engine;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.adapter.UnusableAdapterException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The adapters that requests may name, all from one folder. Which ones is kept there in {@value #LIST}, so that the same are known after
 * a restart, and to all replicas that share the folder; where there is no such list yet, they are all folders in it, by their names.
 * Thread-safe.
 */
public final class AdapterRegistry {
    private static final Logger LOG = System.getLogger(AdapterRegistry.class.getName());
    private static final String LIST = "adapters.json";
    private static final String NAMES = "[^\\p{Cntrl}]{1,256}";
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<Path> folder;
    private final String base;
    private final Engine engine;
    private final SequencedMap<String, Adapter> adapters = new LinkedHashMap<>();
    private long lastId;
    private long looked = System.nanoTime();
    private boolean wasRead;
    /** When the list was written that is known here; the beginning of time if there is none. */
    private FileTime listed = FileTime.fromMillis(0);

    /**
     * Knows the adapters of a folder; those that cannot be used are left out, and why is logged.
     *
     * @param base name of the model itself, which no adapter may have
     */
    public AdapterRegistry(Optional<Path> folder, String base, Engine engine) {
        this.folder = folder;
        this.base = base;
        this.engine = engine;
        folder.ifPresent(this::read);
    }

    /** The adapter of that name. */
    synchronized Optional<Adapter> find(String name) {
        refresh();
        return Optional.ofNullable(adapters.get(name));
    }

    synchronized List<Adapter> all() {
        refresh();
        return List.copyOf(adapters.values());
    }

    /**
     * Makes an adapter known.
     *
     * @param path its folder, within the folder of adapters or from there
     */
    synchronized void load(String name, String path) throws ApiError {
        Path root = folder.orElseThrow(
                () -> ApiError.invalid(
                        "lora_path",
                        "This server has no folder of adapters: name its claim in spec.adapters of the ModelService, or set PLINTH_ADAPTERS_PATH."));
        if (!name.matches(NAMES) || name.equals(base)) {
            throw ApiError.invalid("lora_name", "lora_name must be a name other than that of the model.");
        }
        read(root);
        if (adapters.containsKey(name)) {
            throw ApiError.invalid("lora_name", "The lora adapter '%s' has already been loaded.".formatted(name));
        }
        try {
            adapters.put(name, read(name, within(root, path)));
        } catch (IOException | RuntimeException e) { // files of strangers can be wrong in any way
            throw ApiError.unusable("lora_path", path, new UnusableAdapterException(e));
        }
        remember(root);
    }

    /** Makes an adapter unknown; requests that use it already go on. */
    synchronized void unload(String name) throws ApiError {
        folder.ifPresent(this::read);
        if (adapters.remove(name) == null) {
            throw ApiError.notFound("The lora adapter '%s' cannot be found.".formatted(name));
        }
        folder.ifPresent(this::remember);
    }

    private Adapter read(String name, Path path) throws IOException {
        Adapter adapter = Adapter.read(++lastId, name, path);
        engine.checkAdapter(adapter);
        return adapter;
    }

    private static Path within(Path root, String path) throws IOException {
        Path real = root.resolve(path).toRealPath();
        if (!real.startsWith(root.toRealPath()) || real.equals(root.toRealPath())) {
            throw new IllegalArgumentException("it does not lie in the folder of adapters");
        }
        return real;
    }

    /** Another replica may have changed the list; looks at most once a second. */
    private void refresh() {
        if (folder.isPresent() && System.nanoTime() - looked > LOOK_NANOS) {
            looked = System.nanoTime();
            read(folder.get());
        }
    }

    /** Takes over what the list says, if it is not known yet. Of what cannot be read, what was known before stays. */
    private void read(Path root) {
        try {
            FileTime written = Files.exists(root.resolve(LIST))
                    ? Files.getLastModifiedTime(root.resolve(LIST))
                    : FileTime.fromMillis(0);
            if (written.equals(listed) && wasRead) {
                return;
            }
            Map<String, String> known = known(root);
            listed = written;
            wasRead = true;
            adapters.keySet().retainAll(known.keySet());
            known.forEach((name, path) -> takeOver(root, name, path));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the adapters in {0} cannot be read: {1}", root, e.toString());
        }
    }

    private void takeOver(Path root, String name, String path) {
        try {
            Path real = within(root, path);
            Adapter before = adapters.get(name);
            if (before == null || !before.folder().equals(real)) {
                adapters.put(name, read(name, real));
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the adapter {0} is left out: {1}", name, e.toString());
        }
    }

    private static Map<String, String> known(Path root) throws IOException {
        if (Files.exists(root.resolve(LIST))) {
            return JSON.readValue(
                    Files.readString(root.resolve(LIST)), new TypeReference<TreeMap<String, String>>() {});
        }
        Map<String, String> known = new TreeMap<>();
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(path -> Files.exists(path.resolve(Adapter.CONFIG)))
                    .map(path -> path.getFileName().toString())
                    .forEach(name -> known.put(name, name));
        }
        return known;
    }

    private void remember(Path root) {
        Map<String, String> list = new TreeMap<>();
        try {
            for (Adapter adapter : adapters.values()) {
                list.put(
                        adapter.name(),
                        root.toRealPath().relativize(adapter.folder()).toString());
            }
            Path fresh = root.resolve(LIST + ".new");
            Files.writeString(fresh, JSON.writeValueAsString(list));
            Files.move(fresh, root.resolve(LIST), StandardCopyOption.ATOMIC_MOVE);
            listed = Files.getLastModifiedTime(root.resolve(LIST));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "which adapters are served is forgotten at the next start: {0} cannot be written: {1}",
                    root.resolve(LIST),
                    e.toString());
        }
    }
}

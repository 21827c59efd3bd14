package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.adapter.AdapterSlots;
import dev.plinth.engine.adapter.UnusableAdapterException;
import dev.plinth.engine.scheduling.BlockTier;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.scheduling.Scheduler;
import dev.plinth.engine.scheduling.Sequence;
import dev.plinth.engine.scheduling.SpeculationCount;
import dev.plinth.engine.scheduling.Step;
import dev.plinth.engine.storage.BlockFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * The engine's thread: asks the {@link Scheduler} what to compute, has the engine compute it, and chooses the next tokens. It
 * alone touches the engine. Everything else is guarded by this object's monitor, which is not held while the engine computes
 * and tokens are chosen.
 */
public final class Generator implements AutoCloseable {
    /** A request and who hears of it. The listener is called on the engine's thread and must not block. */
    public record Submission(GenerationRequest request, Consumer<GenerationEvent> listener) {}

    private static final int USUAL_ADAPTERS = 8;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private final LanguageModel model;
    private final Scheduler scheduler;
    private final IntConsumer stepObserver;
    private final Map<Sequence, Generation> generations = new LinkedHashMap<>();
    private final Thread thread;
    private final Optional<BlockFile> blocks;
    private final AdapterSlots adapters;
    private final AdapterLoader loader;
    private final Beside beside = new Beside();
    private boolean closed;
    /** Whether something was asked for, or an adapter made ready, since the thread looked last. */
    private boolean news;

    private volatile boolean alive = true;

    /**
     * Starts the thread.
     *
     * @param model closed with the generator
     * @param stepObserver hears after each step how many tokens were computed in it
     */
    public Generator(LanguageModel model, Limits limits, IntConsumer stepObserver) {
        this(model, limits, USUAL_ADAPTERS, stepObserver);
    }

    /** @param adapters most adapters that are in memory at a time; requests for more wait */
    public Generator(LanguageModel model, Limits limits, int adapters, IntConsumer stepObserver) {
        this(model, limits, adapters, Optional.empty(), stepObserver);
    }

    /**
     * Starts the thread.
     *
     * @param adapters most adapters that are in memory at a time; requests for more wait
     * @param blocks keeps keys and values of prompts that the pool gives away; closed with the generator
     */
    public Generator(
            LanguageModel model, Limits limits, int adapters, Optional<BlockFile> blocks, IntConsumer stepObserver) {
        this.model = model;
        this.adapters = new AdapterSlots(adapters);
        this.loader = new AdapterLoader(model.engine(), this::wake);
        this.stepObserver = stepObserver;
        Engine.KvPool pool = model.engine().pool();
        this.blocks = blocks;
        BlockTier tier = blocks.<BlockTier>map(file -> file).orElse(BlockTier.NONE);
        this.scheduler = new Scheduler(
                limits, pool.blocks(), pool.blockTokens(), model.engine().maxSequenceLength(), tier);
        this.thread = Thread.ofPlatform().name("engine").start(this::run);
    }

    public LanguageModel model() {
        return model;
    }

    /**
     * Accepts all of these requests, which are of one tenant, or none.
     *
     * @param submissions at least one
     * @throws QueueFullException if they do not fit into the queue
     * @throws EngineClosedException if the engine has ended
     */
    public synchronized List<Generation> submit(List<Submission> submissions) throws QueueFullException {
        if (closed || !alive) {
            throw new EngineClosedException();
        }
        int room = scheduler.room(submissions.getFirst().request().claim().tenant());
        if (submissions.size() > room) {
            int capacity = scheduler.capacity();
            throw new QueueFullException(capacity - room, submissions.size(), capacity);
        }
        List<Generation> accepted = new ArrayList<>();
        for (Submission submission : submissions) {
            GenerationRequest request = submission.request();
            Claim claim = request.adapter()
                    .map(adapter -> request.claim().apart("adapter " + adapter.id()))
                    .orElse(request.claim());
            Sequence sequence = scheduler.add(request.prompt(), claim).orElseThrow();
            Generation generation = new Generation(model, request, sequence, submission.listener(), this::wake);
            scheduler.pause(sequence, held(generation));
            generations.put(sequence, generation);
            accepted.add(generation);
        }
        wake();
        return accepted;
    }

    public synchronized int running() {
        return scheduler.running();
    }

    public synchronized int waiting() {
        return scheduler.waiting();
    }

    /** Share, 0 to 1, of the key-value pool that requests hold. */
    public synchronized double cacheUsage() {
        return scheduler.usage();
    }

    /** Times a request had to give up its keys and values to a more urgent one. */
    public synchronized long preemptions() {
        return scheduler.preemptions();
    }

    /** Names of the adapters of requests that have them, and of those that wait for theirs. */
    public record AdaptersInUse(Set<String> running, Set<String> waiting) {}

    public synchronized AdaptersInUse adaptersInUse() {
        Map<Boolean, Set<String>> byWaiting = generations.values().stream()
                .filter(generation -> generation.adapter().isPresent())
                .collect(Collectors.partitioningBy(
                        this::awaitsAdapter,
                        Collectors.mapping(
                                generation -> generation.adapter().orElseThrow().name(),
                                Collectors.toCollection(TreeSet::new))));
        return new AdaptersInUse(byWaiting.getOrDefault(false, Set.of()), byWaiting.getOrDefault(true, Set.of()));
    }

    /** How guessing at next tokens has gone. */
    public synchronized SpeculationCount speculated() {
        return scheduler.speculated();
    }

    /** Prompt tokens that were looked up in the pool. */
    public synchronized long prefixQueries() {
        return scheduler.prefixQueries();
    }

    /** Prompt tokens that were found in the pool. */
    public synchronized long prefixHits() {
        return scheduler.prefixHits();
    }

    /** Of those, tokens whose keys and values were fetched back from where they are kept beside the pool. */
    public synchronized long restoredTokens() {
        return scheduler.restoredTokens();
    }

    /** False once the thread has died of an error that is not one request's. */
    public boolean alive() {
        return alive;
    }

    /** Ends the thread after its current step, fails what is unfinished, and closes the model. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            wake();
        }
        thread.join();
    }

    private synchronized void wake() {
        news = true;
        notifyAll();
    }

    private void run() {
        try {
            for (Step step = nextStep(); !step.empty(); step = nextStep()) {
                compute(step);
            }
            failAll(new EngineClosedException());
        } catch (InterruptedException | RuntimeException | Error e) {
            failAll(e);
        } finally {
            alive = false;
            loader.close();
            beside.close();
            closeBlocks();
            model.close();
        }
    }

    private void closeBlocks() {
        try {
            if (blocks.isPresent()) {
                blocks.get().close();
            }
        } catch (IOException e) {
            // The system closes it with the process; nothing in it is wanted any more.
        }
    }

    /** Waits for something to compute; nothing when closed. */
    private Step nextStep() throws InterruptedException {
        while (true) {
            hear();
            loader.outcomes().forEach(this::loaded);
            settle();
            synchronized (this) {
                if (closed) {
                    return Step.NONE;
                }
                Step step = scheduler.next(System.nanoTime());
                step.expired().forEach(sequence -> end(sequence, new DeadlineException()));
                step.parts().forEach(part -> generation(part.sequence()).begin());
                if (!step.empty()) {
                    return step;
                }
                awaitNews();
            }
        }
    }

    /** News is taken before what it may be about is looked at: what comes later is news again, and is not slept over. */
    private synchronized void hear() {
        news = false;
    }

    /** Until there is something to compute, or a request that its owner has paused is over its deadline. */
    private void awaitNews() throws InterruptedException {
        long deadline = scheduler.nextDeadline();
        if (news) {
            return;
        }
        if (deadline == Long.MAX_VALUE) {
            wait();
        } else {
            wait(Math.max(1, (deadline - System.nanoTime()) / NANOS_PER_MILLISECOND + 1));
        }
    }

    /** Tells the scheduler what owners of requests have asked for since, and has adapters loaded for it. */
    private synchronized void settle() {
        for (Generation generation : List.copyOf(generations.values())) {
            if (generation.cancelled() || !generation.computable()) {
                forget(generation.sequence());
                generation.leave();
            }
        }
        boolean full = false;
        for (Generation generation : generations.values()) {
            if (generation.awaitsPlaceOfAdapter() && !full) {
                Adapter adapter = generation.adapter().orElseThrow();
                Optional<AdapterSlots.Place> place = adapters.take(adapter.id());
                place.ifPresent(taken -> {
                    generation.adapterAt(taken.number());
                    if (taken.fresh()) {
                        loader.load(adapter);
                    }
                });
                full = place.isEmpty(); // who comes later must not keep those in memory that are, and this one waiting
            }
            scheduler.pause(generation.sequence(), held(generation));
        }
    }

    /** Whether nothing of it can be computed now. */
    private boolean held(Generation generation) {
        return generation.held() || awaitsAdapter(generation);
    }

    private boolean awaitsAdapter(Generation generation) {
        return generation.awaitsPlaceOfAdapter()
                || generation.adapter().filter(loader::loading).isPresent();
    }

    /** Puts an adapter where requests expect it, if any still do; ends those that wait for one that could not be loaded. */
    private synchronized void loaded(AdapterLoader.Outcome outcome) {
        long id = outcome.adapter().id();
        switch (outcome) {
            case AdapterLoader.Ready(Adapter adapter, Engine.PreparedAdapter prepared) -> {
                try (prepared) {
                    adapters.number(id).ifPresent(number -> model.engine().putAdapter(number, prepared));
                }
            }
            case AdapterLoader.Failed(Adapter adapter, Exception cause) -> {
                generations.values().stream()
                        .filter(generation -> !generation.awaitsPlaceOfAdapter()
                                && generation
                                        .adapter()
                                        .filter(wanted -> wanted.id() == id)
                                        .isPresent())
                        .toList()
                        .forEach(generation -> end(generation.sequence(), new UnusableAdapterException(cause)));
                adapters.forget(id);
            }
        }
    }

    private void compute(Step step) {
        try {
            keep(step);
            List<Engine.Scores> scores = beside.prepare(constrained(step), () -> scores(step));
            choose(step, scores);
        } catch (RuntimeException e) {
            synchronized (this) {
                step.parts().forEach(part -> end(part.sequence(), e));
            }
        }
        stepObserver.accept(step.parts().stream()
                .mapToInt(part -> part.end() - part.position())
                .sum());
    }

    /** Whose next token will be chosen in this step, within a grammar. */
    private List<Generation> constrained(Step step) {
        return step.parts().stream()
                .filter(part -> part.last() && !part.guess())
                .map(part -> generation(part.sequence()))
                .filter(Generation::constrained)
                .toList();
    }

    private List<Engine.Scores> scores(Step step) {
        List<Engine.Row> rows = step.parts().stream()
                .map(part -> part.row(generation(part.sequence()).adapterNumber()))
                .toList();
        long start = System.nanoTime();
        List<Engine.Scores> scores = model.engine().step(step.copies(), rows);
        long took = System.nanoTime() - start;
        fetchBack(step);
        synchronized (this) {
            scheduler.took(step, took);
            scheduler.computed(step);
        }
        return scores;
    }

    /** Contents of blocks that the step writes over. */
    private void keep(Step step) {
        blocks.ifPresent(file -> step.saves().forEach((block, key) -> {
            if (!file.holds(key)) {
                file.save(key, model.engine().read(block));
            }
        }));
    }

    /** Where something is missing or damaged the scheduler hears nothing, and has it computed. */
    private void fetchBack(Step step) {
        for (Step.Restore restore : step.restores()) {
            List<byte[]> contents = restore.keys().stream()
                    .flatMap(key -> blocks.flatMap(file -> file.fetch(key)).stream())
                    .toList();
            if (contents.size() == restore.keys().size()) {
                for (int i = 0; i < contents.size(); i++) {
                    model.engine().write(restore.blocks().get(i), contents.get(i));
                }
                synchronized (this) {
                    scheduler.restored(restore);
                }
            }
        }
    }

    /**
     * Chooses the next token of each sequence, and the ones after it as long as they were guessed. The tokens are those that would be
     * chosen without guesses, by the same scores and the same random numbers. For a guess that was certain, the rule of Leviathan et al.
     * 2023 is just this: draw from the model's distribution, and keep the guess if it is what was drawn.
     */
    private void choose(Step step, List<Engine.Scores> scores) {
        Iterator<Engine.Scores> next = scores.iterator();
        Set<Sequence> done = new HashSet<>();
        for (Step.Part part : step.parts()) {
            if (part.last()) {
                Engine.Scores following = next.next();
                if (!done.contains(part.sequence()) && !choose(part.sequence(), following)) {
                    done.add(part.sequence());
                }
            }
        }
    }

    /** Chooses a token; whether it was guessed, and another can be chosen. */
    private boolean choose(Sequence sequence, Engine.Scores scores) {
        Generation generation = generation(sequence);
        boolean guessed;
        try {
            int token = generation.choose(scores);
            synchronized (this) {
                guessed = scheduler.append(sequence, token);
            }
        } catch (RuntimeException e) {
            end(sequence, e);
            return false;
        }
        if (generation.ended()) {
            forget(sequence);
            generation.leave();
            return false;
        }
        return guessed;
    }

    private synchronized Generation generation(Sequence sequence) {
        Generation generation = generations.get(sequence);
        if (generation == null) {
            throw new IllegalStateException("a sequence is scheduled whose request has ended");
        }
        return generation;
    }

    private synchronized void end(Sequence sequence, Exception cause) {
        forget(sequence).ifPresent(generation -> generation.fail(cause));
    }

    /** Frees what a request holds. */
    private synchronized Optional<Generation> forget(Sequence sequence) {
        scheduler.remove(sequence);
        Optional<Generation> forgotten = Optional.ofNullable(generations.remove(sequence));
        forgotten
                .filter(generation -> generation.adapterNumber() > 0)
                .flatMap(Generation::adapter)
                .ifPresent(adapter -> adapters.release(adapter.id()));
        return forgotten;
    }

    private synchronized void failAll(Throwable cause) {
        generations.values().forEach(generation -> generation.fail(cause));
        generations.clear();
    }
}

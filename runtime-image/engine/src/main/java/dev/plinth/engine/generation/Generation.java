package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.generation.GenerationEvent.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One request on its way. Its owner may cancel, pause and resume it; the engine's thread does all the rest. */
public final class Generation {
    /** Long prompts are read in parts of this many tokens, so that others get their turn in between. */
    static final int PREFILL_TOKENS = 256;

    private final LanguageModel model;
    private final GenerationRequest request;
    private final Consumer<GenerationEvent> listener;
    private final Runnable wake;
    private final Sampler sampler;
    private final TextStream text;
    private final long arrived = System.nanoTime();
    private long scheduled;
    private long firstToken;
    private int generated;
    private int promptRead;
    private Optional<Engine.Sequence> sequence = Optional.empty();
    private int lastToken;
    private boolean ended;
    private volatile boolean cancelled;
    private volatile boolean paused;

    Generation(LanguageModel model, GenerationRequest request, Consumer<GenerationEvent> listener, Runnable wake) {
        this.model = model;
        this.request = request;
        this.listener = listener;
        this.wake = wake;
        this.sampler = new Sampler(request.sampling());
        this.text = new TextStream(request.stops());
    }

    /** Nobody waits for it any more: it ends with {@link Reason#ABORT} at its next turn. */
    public void cancel() {
        cancelled = true;
        wake.run();
    }

    /** No more tokens until {@link #resume}: the reader does not keep up. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
        wake.run();
    }

    boolean ready() {
        return cancelled || !paused;
    }

    /** Tokens whose keys and values are kept. */
    int tokens() {
        return promptRead + generated;
    }

    /**
     * Takes one turn: a part of the prompt, or one token.
     *
     * @return tokens computed
     */
    int turn() {
        if (cancelled) {
            finish(Reason.ABORT);
            return 0;
        }
        Engine.Sequence running = sequence.orElseGet(this::begin);
        int[] input = nextInput();
        float[] logits = running.append(input);
        if (promptRead == request.prompt().size()) {
            choose(logits);
        }
        return input.length;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean ended() {
        return ended;
    }

    /** Ends it because of a failure. */
    void fail(Throwable cause) {
        close();
        listener.accept(new GenerationEvent.Failed(cause));
    }

    private Engine.Sequence begin() {
        scheduled = System.nanoTime();
        Engine.Sequence begun = model.engine().begin();
        sequence = Optional.of(begun);
        return begun;
    }

    private int[] nextInput() {
        List<Integer> prompt = request.prompt();
        if (promptRead == prompt.size()) {
            return new int[] {lastToken};
        }
        int end = Math.min(prompt.size(), promptRead + PREFILL_TOKENS);
        int[] part = prompt.subList(promptRead, end).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        promptRead = end;
        return part;
    }

    /** Draws a token, tells it, and ends the generation if it was the last. */
    private void choose(float[] logits) {
        lastToken = sampler.draw(logits);
        if (generated++ == 0) {
            firstToken = System.nanoTime();
        }
        boolean end = model.endTokens().contains(lastToken) && !request.ignoreEnd();
        byte[] bytes = model.tokenizer().isSpecial(lastToken)
                ? new byte[0]
                : model.tokenizer().bytes(lastToken);
        String certain = end ? "" : text.append(bytes);
        listener.accept(new GenerationEvent.Token(certain, TokenChoice.of(lastToken, logits, request.alternatives())));
        if (end || text.stopped()) {
            finish(Reason.STOP);
        } else if (generated == request.maxTokens()
                || tokens() >= model.engine().maxSequenceLength()) {
            finish(Reason.LENGTH);
        }
    }

    private void finish(Reason reason) {
        close();
        long now = System.nanoTime();
        var timing = new GenerationEvent.Timing(
                arrived, scheduled == 0 ? now : scheduled, firstToken == 0 ? now : firstToken, now);
        String rest = reason == Reason.ABORT ? "" : text.finish();
        listener.accept(new GenerationEvent.Finished(reason, rest, generated, timing));
    }

    private void close() {
        ended = true;
        sequence.ifPresent(Engine.Sequence::close);
        sequence = Optional.empty();
    }
}

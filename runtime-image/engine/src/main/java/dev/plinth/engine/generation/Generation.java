package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.generation.GenerationEvent.Reason;
import dev.plinth.engine.scheduling.Sequence;
import java.util.Optional;
import java.util.function.Consumer;

/** One request on its way. Its owner may cancel, pause and resume it; the engine's thread does all the rest. */
public final class Generation {
    private final LanguageModel model;
    private final GenerationRequest request;
    private final Sequence sequence;
    private final Consumer<GenerationEvent> listener;
    private final Runnable wake;
    private final Optional<TokenGrammar.Follower> constrained;
    private final Sampler sampler;
    private final TextStream text;
    private final long arrived = System.nanoTime();
    private long scheduled;
    private long firstToken;
    private int generated;
    private Optional<Reason> reason = Optional.empty();
    /** Number of its adapter; 0 if it wants none, and before it has it. */
    private int adapterNumber;

    private volatile boolean cancelled;
    private volatile boolean paused;

    Generation(
            LanguageModel model,
            GenerationRequest request,
            Sequence sequence,
            Consumer<GenerationEvent> listener,
            Runnable wake) {
        this.model = model;
        this.request = request;
        this.sequence = sequence;
        this.listener = listener;
        this.wake = wake;
        this.constrained = request.grammar().map(TokenGrammar::follow);
        this.sampler = new Sampler(request.sampling(), request.prompt(), constrained);
        this.text = new TextStream(request.stops());
    }

    /** Nobody waits for it any more: it ends with {@link Reason#ABORT} before the next step. */
    public void cancel() {
        cancelled = true;
        wake.run();
    }

    /** No more tokens after those of the current step, until {@link #resume}: the reader does not keep up. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
        wake.run();
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Whether its prompt has only tokens of the model; others would fail a whole step. */
    boolean computable() {
        int size = model.engine().vocabularySize();
        return generated > 0 || request.prompt().stream().allMatch(token -> token >= 0 && token < size);
    }

    /** Ends: at its end, or before since it is cancelled or cannot be computed. */
    void leave() {
        if (reason.isPresent()) {
            finish(reason.get());
        } else if (cancelled) {
            finish(Reason.ABORT);
        } else {
            fail(new IllegalArgumentException("the prompt has a token that the model does not know"));
        }
    }

    /** Whether its reader does not keep up. */
    boolean held() {
        return paused;
    }

    Optional<Adapter> adapter() {
        return request.adapter();
    }

    /** Whether it wants an adapter and has no place for it yet. */
    boolean awaitsPlaceOfAdapter() {
        return request.adapter().isPresent() && adapterNumber == 0;
    }

    int adapterNumber() {
        return adapterNumber;
    }

    void adapterAt(int number) {
        adapterNumber = number;
    }

    Sequence sequence() {
        return sequence;
    }

    /** Its first part is about to be computed. */
    void begin() {
        if (scheduled == 0) {
            scheduled = System.nanoTime();
        }
    }

    /** Whether there is something to {@link #prepare}. */
    boolean constrained() {
        return constrained.isPresent();
    }

    /** Finds out which tokens may come next, while their scores are being computed. */
    void prepare() {
        sampler.prepare();
    }

    /**
     * Draws the next token and tells it.
     *
     * @param scores of the token that follows
     */
    int choose(Engine.Scores scores) {
        int token = sampler.draw(scores);
        if (generated++ == 0) {
            firstToken = System.nanoTime();
        }
        boolean end = model.endTokens().contains(token) && !request.ignoreEnd();
        byte[] bytes = model.tokenizer().isSpecial(token)
                ? new byte[0]
                : model.tokenizer().bytes(token);
        String certain = end ? "" : text.append(bytes);
        listener.accept(new GenerationEvent.Token(certain, TokenChoice.of(token, scores, request.alternatives())));
        boolean complete = constrained.filter(TokenGrammar.Follower::ended).isPresent();
        if (end || text.stopped() || complete) {
            reason = Optional.of(Reason.STOP);
        } else if (generated == request.maxTokens()
                || request.prompt().size() + generated >= model.engine().maxSequenceLength()) {
            reason = Optional.of(Reason.LENGTH);
        }
        return token;
    }

    /** Whether the token chosen last was the last; {@link #leave} is then due, once the blocks are free. */
    boolean ended() {
        return reason.isPresent();
    }

    private void finish(Reason why) {
        long now = System.nanoTime();
        var timing = new GenerationEvent.Timing(
                arrived, scheduled == 0 ? now : scheduled, firstToken == 0 ? now : firstToken, now);
        String rest = why == Reason.ABORT ? "" : text.finish();
        listener.accept(new GenerationEvent.Finished(why, rest, generated, sequence.cachedTokens(), timing));
    }

    /** Ends it because of a failure. */
    void fail(Throwable cause) {
        listener.accept(new GenerationEvent.Failed(cause));
    }
}

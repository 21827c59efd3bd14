package dev.plinth.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.TinyModel;
import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.Regex;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.constraint.Vocabulary;
import dev.plinth.engine.generation.GenerationEvent.Failed;
import dev.plinth.engine.generation.GenerationEvent.Finished;
import dev.plinth.engine.generation.GenerationEvent.Reason;
import dev.plinth.engine.generation.GenerationEvent.Token;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private Generator generator = new Generator(TinyModel.model(), Limits.of(2, 3), tokens -> {});

    @AfterEach
    void close() throws Exception {
        generator.close();
    }

    @Test
    void asManyTokensAreGeneratedAsAskedFor() throws Exception {
        Heard heard = submit(request("hello", 5));

        assertThat(heard.end().reason()).isEqualTo(Reason.LENGTH);
        assertThat(heard.end().tokens()).isEqualTo(5);
        assertThat(heard.tokens()).hasSize(5);
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherSeedAnother() throws Exception {
        String first = submit(sampled("hello", 1)).text();

        assertThat(submit(sampled("hello", 1)).text()).isEqualTo(first);
        assertThat(submit(sampled("hello", 2)).text()).isNotEqualTo(first);
    }

    @Test
    void requestsSideBySideGetTheSameTextAsAlone() throws Exception {
        List<String> alone = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            alone.add(submit(sampled("prompt " + i, i)).text());
        }

        List<Heard> together = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            together.add(start(sampled("prompt " + i, i)));
        }

        for (int i = 0; i < 4; i++) {
            assertThat(together.get(i).text()).isEqualTo(alone.get(i));
        }
    }

    @Test
    void aPromptFoundInTheCacheGivesTheSameTextAsAComputedOne() throws Exception {
        GenerationRequest request = sampled("x".repeat(Limits.CHUNK_TOKENS * 20) + "the question", 3);
        Heard computed = submit(request);

        Heard found = submit(request);

        assertThat(computed.end().cachedTokens()).isZero();
        assertThat(found.end().cachedTokens()).isEqualTo(Limits.CHUNK_TOKENS * 20);
        assertThat(found.text()).isEqualTo(computed.text());
    }

    @Test
    void whenThePoolIsTooSmallForAllEachStillGetsTheTextItGetsAlone() throws Exception {
        generator.close();
        generator = new Generator(TinyModel.crowded(), Limits.of(3, 3), tokens -> {});
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Sampling sampling = new Sampling(1, 0, 1, 0, 1, 0, 0, Map.of(), i);
            requests.add(new GenerationRequest(
                    tokens("prompt " + i + "x".repeat(1200)), 300, sampling, List.of(), 0, false, Claim.NONE));
        }
        List<String> alone = new ArrayList<>();
        for (GenerationRequest request : requests) {
            alone.add(submit(request).text());
        }

        List<Heard> together = new ArrayList<>();
        for (GenerationRequest request : requests) {
            together.add(start(request));
        }

        for (int i = 0; i < 3; i++) {
            assertThat(together.get(i).text()).isEqualTo(alone.get(i));
        }
        assertThat(generator.preemptions()).isPositive();
        assertThat(generator.cacheUsage()).isZero();
    }

    @Test
    void guessedTokensGiveTheTextThatIsGivenWithoutGuesses() throws Exception {
        TokenGrammar grammar = new TokenGrammar(
                new Grammar.WithRules(Regex.parse("((ab|ba){3}-){40}"), Map.of()),
                new Vocabulary(new ByteTokenizer(), 256),
                new ByteTokenizer(),
                Set.of());
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double temperature = i % 3 * 0.4;
            double penalty = i % 4 == 3 ? 0.3 : 0;
            var sampling = new Sampling(temperature, 0, 1, 0, 1, penalty, 0, Map.of(), i);
            Optional<TokenGrammar> within = i % 2 == 0 ? Optional.empty() : Optional.of(grammar);
            requests.add(new GenerationRequest(
                    tokens("repeat: repeat" + i),
                    200,
                    sampling,
                    List.of("zzz"),
                    2,
                    false,
                    Claim.NONE,
                    within,
                    Optional.empty()));
        }
        generator.close();
        generator = new Generator(TinyModel.model(), Limits.of(1, 12).withoutSpeculation(), tokens -> {});
        List<List<Token>> plain = allOf(requests);
        assertThat(generator.speculated().guesses()).isZero();
        generator.close();

        generator = new Generator(TinyModel.model(), Limits.of(1, 12), tokens -> {});
        List<List<Token>> alone = allOf(requests);
        assertThat(generator.speculated().allRight()).isGreaterThan(100);
        assertThat(generator.cacheUsage()).isZero();
        generator.close();
        generator = new Generator(TinyModel.model(), Limits.of(5, 12), tokens -> {});
        List<List<Token>> together = allOf(requests);

        assertThat(alone).isEqualTo(plain);
        assertThat(together).isEqualTo(plain);
    }

    private List<List<Token>> allOf(List<GenerationRequest> requests) throws Exception {
        List<Heard> heard = new ArrayList<>();
        for (GenerationRequest request : requests) {
            heard.add(start(request));
        }
        heard.forEach(Heard::last);
        return heard.stream().map(Heard::tokens).toList();
    }

    @Test
    void aRequestWhoseTimeIsOverFailsAndItsPlaceIsFree() throws Exception {
        Claim urgent = new Claim("", "", 0, System.nanoTime() + 50_000_000);
        Heard late = start(new GenerationRequest(tokens("a"), 4000, Sampling.greedy(), List.of(), 0, false, urgent));

        assertThat(late.last())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.cause()).isInstanceOf(DeadlineException.class));
        assertThat(generator.running()).isZero();
    }

    @Test
    void aRequestThatIsPausedForGoodEndsWhenItsTimeIsOver() throws Exception {
        Claim soon = new Claim("", "", 0, System.nanoTime() + 200_000_000);
        Heard stuck = new Heard();

        start(stuck, new GenerationRequest(tokens("a"), 4000, Sampling.greedy(), List.of(), 0, false, soon), event -> {
            stuck.accept(event);
            stuck.generation().pause();
        });

        assertThat(stuck.last())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.cause()).isInstanceOf(DeadlineException.class));
        assertThat(generator.cacheUsage()).isZero();
    }

    @Test
    void generationEndsAtTheModelsLimit() throws Exception {
        int limit = TinyModel.CONFIG.maxSequenceLength();

        Heard heard = submit(request("x".repeat(limit - 3), 100));

        assertThat(heard.end().reason()).isEqualTo(Reason.LENGTH);
        assertThat(heard.end().tokens()).isEqualTo(3);
    }

    @Test
    void anEndTokenEndsTheTextUnlessItIsIgnored() throws Exception {
        int end = firstToken("hello");
        generator.close();
        generator = new Generator(TinyModel.model(end), Limits.of(1, 1), tokens -> {});

        assertThat(submit(request("hello", 5)).end().reason()).isEqualTo(Reason.STOP);
        assertThat(submit(request("hello", 5)).text()).isEmpty();
        var ignoring = new GenerationRequest(tokens("hello"), 5, Sampling.greedy(), List.of(), 0, true, Claim.NONE);
        assertThat(submit(ignoring).end().tokens()).isEqualTo(5);
    }

    @Test
    void aCancelledRequestEndsAndItsPlaceIsFree() throws Exception {
        Heard endless = start(request("a", 4000));
        Heard waitingLong = start(request("b", 4000));
        Heard queued = start(request("c", 1));

        endless.generation().cancel();
        waitingLong.generation().cancel();

        assertThat(endless.end().reason()).isEqualTo(Reason.ABORT);
        assertThat(waitingLong.end().reason()).isEqualTo(Reason.ABORT);
        assertThat(queued.end().reason()).isEqualTo(Reason.LENGTH);
    }

    @Test
    void aPausedRequestWaitsForItsReader() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        Heard slow = new Heard();
        start(slow, request("a", 20), event -> {
            slow.accept(event);
            three.countDown();
            if (slow.heard.size() == 3) {
                slow.generation().pause();
            }
        });
        three.await();

        submit(request("b", 50)); // others go on meanwhile
        int heard = slow.heard.size();
        submit(request("b", 50));
        assertThat(slow.heard).hasSize(heard).hasSizeLessThan(12); // the rest of its last step, no more
        slow.generation().resume();

        assertThat(slow.end().tokens()).isEqualTo(20);
    }

    @Test
    void moreThanTheQueueHoldsIsRefusedAllOrNothing() throws Exception {
        List<Heard> accepted = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            accepted.add(start(request("a", 4000)));
        }
        var two = new Generator.Submission(request("b", 1), event -> {});

        assertThatThrownBy(() -> generator.submit(List.of(two, two))).isInstanceOf(QueueFullException.class);
        accepted.add(start(request("b", 1)));
        assertThatThrownBy(() -> generator.submit(List.of(two))).isInstanceOf(QueueFullException.class);

        accepted.forEach(heard -> heard.generation().cancel());
        for (Heard heard : accepted) {
            heard.end();
        }
    }

    @Test
    void aFailureOfOneRequestDoesNotTouchTheOthers() throws Exception {
        Heard healthy = start(request("a", 200));
        Heard failing =
                start(new GenerationRequest(List.of(99_999), 5, Sampling.greedy(), List.of(), 0, false, Claim.NONE));

        assertThat(failing.last()).isInstanceOf(Failed.class);
        assertThat(healthy.end().tokens()).isEqualTo(200);
        assertThat(generator.alive()).isTrue();
    }

    @Test
    void closingFailsWhatIsUnfinished() throws Exception {
        Heard unfinished = start(request("a", 4000));

        generator.close();

        assertThat(unfinished.last()).isInstanceOf(Failed.class);
        assertThatThrownBy(() -> start(request("a", 1))).hasMessage("the engine has ended");
    }

    private int firstToken(String prompt) throws Exception {
        try (Generator fresh = new Generator(TinyModel.model(), Limits.of(1, 1), tokens -> {})) {
            Heard heard = new Heard();
            fresh.submit(List.of(new Generator.Submission(request(prompt, 1), heard)));
            heard.last();
            return heard.tokens().getFirst().choice().token();
        }
    }

    private Heard submit(GenerationRequest request) throws Exception {
        Heard heard = start(request);
        heard.last();
        return heard;
    }

    private Heard start(GenerationRequest request) throws QueueFullException {
        Heard heard = new Heard();
        start(heard, request, heard);
        return heard;
    }

    private void start(Heard heard, GenerationRequest request, Consumer<GenerationEvent> listener)
            throws QueueFullException {
        heard.generation.complete(generator
                .submit(List.of(new Generator.Submission(request, listener)))
                .getFirst());
    }

    private static GenerationRequest request(String prompt, int maxTokens) {
        return new GenerationRequest(tokens(prompt), maxTokens, Sampling.greedy(), List.of(), 0, false, Claim.NONE);
    }

    private static GenerationRequest sampled(String prompt, long seed) {
        Sampling sampling = new Sampling(1, 0, 1, 0, 1, 0, 0, Map.of(), seed);
        return new GenerationRequest(tokens(prompt), 40, sampling, List.of(), 0, false, Claim.NONE);
    }

    private static List<Integer> tokens(String text) {
        return text.chars().boxed().toList();
    }

    private static final class Heard implements Consumer<GenerationEvent> {
        private final List<GenerationEvent> heard = new ArrayList<>();
        private final CompletableFuture<GenerationEvent> last = new CompletableFuture<>();
        private final CompletableFuture<Generation> generation = new CompletableFuture<>();

        @Override
        public void accept(GenerationEvent event) {
            heard.add(event);
            if (!(event instanceof Token)) {
                last.complete(event);
            }
        }

        Generation generation() {
            return generation.join();
        }

        GenerationEvent last() {
            return last.join();
        }

        Finished end() {
            return (Finished) last();
        }

        List<Token> tokens() {
            return heard.stream()
                    .filter(Token.class::isInstance)
                    .map(Token.class::cast)
                    .toList();
        }

        String text() {
            StringBuilder text = new StringBuilder();
            String rest = end().rest();
            tokens().forEach(token -> text.append(token.text()));
            return text.append(rest).toString();
        }
    }
}

package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private Scheduler scheduler = scheduler(8, 256);

    @Test
    void aPromptIsCutAtMultiplesOfThePartSizeAndOnlyItsEndIsAnswered() {
        add(70, Claim.NONE);

        Step step = scheduler.next(0);

        assertThat(step.parts()).extracting(Step.Part::position).containsExactly(0, 8, 16, 24, 32, 40, 48, 56, 64);
        assertThat(step.parts()).extracting(Step.Part::end).containsExactly(8, 16, 24, 32, 40, 48, 56, 64, 70);
        assertThat(step.parts())
                .filteredOn(Step.Part::last)
                .containsExactly(step.parts().getLast());
    }

    @Test
    void aLongPromptTakesFewPartsAStepBesideThoseThatAwaitATokenAndManyAlone() {
        Sequence decoding = add(5, Claim.NONE);
        answer(scheduler.next(0));
        add(200, Claim.NONE);

        Step beside = scheduler.next(0);
        assertThat(beside.parts()).hasSize(1 + 4); // 32 tokens
        assertThat(beside.parts().getFirst().sequence()).isSameAs(decoding);
        answer(beside);
        scheduler.remove(decoding);

        assertThat(scheduler.next(0).parts()).hasSize(16); // 128 tokens
    }

    @Test
    void aBeginningThatAnotherHasComputedIsNotComputedAgain() {
        Sequence first = add(100, Claim.NONE);
        answer(scheduler.next(0));
        scheduler.remove(first);

        Sequence second = add(100, Claim.NONE);
        Step step = scheduler.next(0);

        assertThat(second.cachedTokens()).isEqualTo(96);
        assertThat(step.parts()).hasSize(1);
        assertThat(scheduler.prefixHits()).isEqualTo(96);
    }

    @Test
    void equalPromptsThatComeTogetherAreComputedOnce() {
        add(100, Claim.NONE);
        Sequence second = add(100, Claim.NONE);

        assertThat(scheduler.next(0).parts()).hasSize(13).noneMatch(part -> part.sequence() == second);
    }

    @Test
    void underAnotherSaltNothingIsSharedAndUnderTheSameOneTenantsShare() {
        Sequence first = add(100, new Claim("a", "salt", 0, Long.MAX_VALUE));
        answer(scheduler.next(0));
        scheduler.remove(first);

        assertThat(cachedFor(new Claim("a", "", 0, Long.MAX_VALUE))).isZero();
        assertThat(cachedFor(new Claim("a", "pepper", 0, Long.MAX_VALUE))).isZero();
        assertThat(cachedFor(new Claim("b", "salt", 0, Long.MAX_VALUE))).isEqualTo(96);
    }

    @Test
    void aMoreUrgentOneTakesThePlaceOfALessUrgentOneThatRunsAndOfNoEqual() {
        scheduler = scheduler(1, 256);
        Sequence low = add(20, Claim.NONE);
        answer(scheduler.next(0));
        Sequence equal = add(20, Claim.NONE);
        answer(scheduler.next(0));
        assertThat(equal.blocks).isEmpty();

        Sequence high = add(20, new Claim("", "", 1, Long.MAX_VALUE));
        Step step = scheduler.next(0);

        assertThat(step.parts()).extracting(Step.Part::sequence).containsOnly(high);
        assertThat(low.blocks).isEmpty();
    }

    @Test
    void whatWasGeneratedIsComputedAgainManyTokensAStepEachByItself() {
        scheduler = scheduler(1, 256);
        Sequence low = add(40, Claim.NONE);
        for (int i = 0; i < 21; i++) {
            answer(scheduler.next(0));
        }
        Sequence high = add(20, new Claim("", "", 1, Long.MAX_VALUE));
        answer(scheduler.next(0));
        scheduler.remove(high);

        Step step = scheduler.next(0);

        assertThat(step.parts()).extracting(Step.Part::sequence).containsOnly(low);
        assertThat(step.parts().getFirst().position()).isEqualTo(32); // found
        assertThat(step.parts().getFirst().end()).isEqualTo(40);
        assertThat(step.parts()).hasSize(1 + 21);
        assertThat(step.parts().subList(1, 22)).allMatch(part -> part.tokens().size() == 1);
        assertThat(step.parts())
                .filteredOn(Step.Part::last)
                .containsExactly(step.parts().getLast());
    }

    @Test
    void besideThoseThatAwaitATokenOnlyOnePartOfItIsComputedAgain() {
        scheduler = scheduler(2, 256);
        Sequence low = add(40, Claim.NONE);
        for (int i = 0; i < 60; i++) {
            answer(scheduler.next(0));
        }
        Sequence high = add(20, new Claim("", "", 1, Long.MAX_VALUE));
        answer(scheduler.next(0));
        Sequence second = add(20, new Claim("", "", 1, Long.MAX_VALUE));
        answer(scheduler.next(0));
        scheduler.remove(second);

        Step step = scheduler.next(0);

        assertThat(step.parts()).filteredOn(part -> part.sequence() == high).hasSize(1);
        assertThat(step.parts().stream()
                        .filter(part -> part.sequence() == low)
                        .mapToInt(part -> part.tokens().size())
                        .sum())
                .isEqualTo(Limits.CHUNK_TOKENS);
    }

    @Test
    void onesThatArePausedKeepNobodyWaiting() {
        scheduler = scheduler(2, 256);
        List<Sequence> slow = List.of(add(20, Claim.NONE), add(20, Claim.NONE));
        answer(scheduler.next(0));
        slow.forEach(sequence -> scheduler.pause(sequence, true));
        Sequence next = add(20, Claim.NONE);

        assertThat(scheduler.next(0).parts()).extracting(Step.Part::sequence).containsOnly(next);
    }

    @Test
    void aShortPromptDoesNotWaitForTheLongOneOfATenantThatGotMore() {
        Sequence decoding = add(5, Claim.NONE);
        add(250, new Claim("long", "", 0, Long.MAX_VALUE));
        answer(scheduler.next(0));
        Sequence brief = add(10, new Claim("brief", "", 0, Long.MAX_VALUE));

        Step step = scheduler.next(0);

        assertThat(step.parts()).extracting(Step.Part::sequence).startsWith(decoding, brief, brief);
    }

    @Test
    void theEndOfTheQueueIsKeptForTenantsWhoHaveNothingInIt() {
        scheduler = scheduler(8, 256, 80);
        Claim greedy = new Claim("greedy", "", 0, Long.MAX_VALUE);
        int taken = 0;
        while (scheduler.room("greedy") > 0) {
            add(20, greedy);
            taken++;
        }

        assertThat(taken).isEqualTo(8 + 80 - 10);
        assertThat(scheduler.room("modest")).isOne();
        add(20, new Claim("modest", "", 0, Long.MAX_VALUE));
        assertThat(scheduler.room("modest")).isZero();
        assertThat(scheduler.room("")).isEqualTo(9);
    }

    @Test
    void whatIsComputedAgainIsNotChargedAgain() {
        Sequence sequence = add(40, Claim.NONE);

        assertThat(sequence.charge(32)).isEqualTo(32);
        assertThat(sequence.charge(32)).isZero();
        assertThat(sequence.charge(41)).isEqualTo(8 + 2);
    }

    @Test
    void theMoreUrgentGoesFirstAndTakesTheBlocksOfTheLessUrgent() {
        scheduler = scheduler(8, 16); // one longest sequence
        Sequence low = add(200, Claim.NONE);
        answer(scheduler.next(0));
        answer(scheduler.next(0));
        Sequence high = add(20, new Claim("", "", 1, Long.MAX_VALUE));
        for (int i = 0; i < 60 && scheduler.preemptions() == 0; i++) {
            answer(scheduler.next(0));
        }

        assertThat(scheduler.preemptions()).isPositive();
        assertThat(low.blocks).isEmpty();
        assertThat(high.blocks).isNotEmpty();
    }

    @Test
    void tenantsThatAskAtTheSameTimeGetEqualSharesHoweverManyRequestsEachSends() {
        scheduler = scheduler(1, 256, 100);
        for (int i = 0; i < 30; i++) {
            add(40 + i, new Claim("greedy", "", 0, Long.MAX_VALUE));
        }
        for (int i = 0; i < 5; i++) {
            add(50 + i, new Claim("modest", "", 0, Long.MAX_VALUE));
        }
        Map<String, Integer> finished = new HashMap<>();

        for (int i = 0; i < 10; i++) { // one request a step
            Step step = scheduler.next(0);
            scheduler.computed(step);
            Sequence done = step.parts().getLast().sequence();
            finished.merge(done.claim.tenant(), 1, Integer::sum);
            scheduler.remove(done);
        }

        assertThat(finished.get("modest")).isBetween(4, 5);
    }

    @Test
    void whatIsOverItsDeadlineIsGivenBackAndNotComputed() {
        Sequence late = add(10, new Claim("", "", 0, 100));

        assertThat(scheduler.next(99).parts()).extracting(Step.Part::sequence).containsOnly(late);
        Step step = scheduler.next(100);

        assertThat(scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(step.expired()).containsExactly(late);
        assertThat(step.parts()).isEmpty();
        assertThat(scheduler.usage()).isZero();
    }

    @Test
    void blocksOfASequenceFollowEachOtherAlsoBesideOthersThatGrow() {
        List<Sequence> growing = List.of(add(20, Claim.NONE), add(30, Claim.NONE), add(40, Claim.NONE));
        for (int i = 0; i < 150; i++) {
            answer(scheduler.next(0));
        }

        for (Sequence sequence : growing) {
            int first = sequence.blocks.getFirst();
            assertThat(sequence.blocks)
                    .containsExactlyElementsOf(IntStream.range(first, first + sequence.blocks.size())
                            .boxed()
                            .toList());
        }
    }

    @Test
    void whereStepsWithPartsOfPromptsTookLongThereAreFewerOfThemBesideThoseThatAwaitAToken() {
        add(5, Claim.NONE);
        answer(scheduler.next(0));
        for (int i = 0; i < 20; i++) {
            Step decoding = scheduler.next(0);
            scheduler.took(decoding, 10);
            answer(decoding);
            Sequence prompt = add(40, Claim.NONE);
            Step both = scheduler.next(0);
            scheduler.took(both, 100);
            answer(both);
            scheduler.remove(prompt);
        }
        add(200, Claim.NONE);

        assertThat(scheduler.next(0).parts()).hasSize(1 + 1);
    }

    private int cachedFor(Claim claim) {
        Sequence sequence = add(100, claim);
        scheduler.computed(scheduler.next(0));
        scheduler.remove(sequence);
        return sequence.cachedTokens();
    }

    private void answer(Step step) {
        scheduler.computed(step);
        step.parts().stream().filter(Step.Part::last).forEach(part -> scheduler.append(part.sequence(), 1));
    }

    private Sequence add(int length, Claim claim) {
        return scheduler.add(Collections.nCopies(length, 7), claim).orElseThrow();
    }

    private static Scheduler scheduler(int running, int blocks) {
        return scheduler(running, blocks, 8);
    }

    private static Scheduler scheduler(int running, int blocks, int waiting) {
        return new Scheduler(new Limits(running, waiting, 128, 32, 2, 0), blocks, 16, 256, BlockTier.NONE);
    }
}

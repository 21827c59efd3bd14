package dev.plinth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DjlEngineTest {
    @Test
    void noArrayOutlivesAStepOverThousandsOfSteps() {
        try (DjlEngine engine = TinyModel.engine()) {
            int idle = engine.arrays();
            try (Engine.Sequence first = engine.begin();
                    Engine.Sequence second = engine.begin()) {
                first.append(1, 2, 3);
                second.append(4);
                int during = engine.arrays();
                for (int step = 0; step < 2000; step++) {
                    first.append(step % 256);
                    second.append(step % 256);
                }
                assertThat(first.length()).isEqualTo(2003);
                assertThat(engine.arrays()).isEqualTo(during);
            }
            assertThat(engine.arrays()).isEqualTo(idle);
        }
    }

    @Test
    void sequencesDoNotDisturbEachOther() {
        try (DjlEngine engine = TinyModel.engine();
                Engine.Sequence alone = engine.begin();
                Engine.Sequence one = engine.begin();
                Engine.Sequence other = engine.begin()) {
            alone.append('a', 'b');
            float[] expected = alone.append('c');

            one.append('a', 'b');
            other.append('x', 'y', 'z');

            assertThat(one.append('c')).isEqualTo(expected);
        }
    }
}

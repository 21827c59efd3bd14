package dev.plinth.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.TinyModel;
import dev.plinth.engine.Torch;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.Regex;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.constraint.Vocabulary;
import dev.plinth.engine.generation.GenerationEvent.Token;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.tokens.ByteTokenizer;
import dev.plinth.engine.weights.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that had to give up its keys and values is answered as if it had not, to the last bit of the logarithms of its tokens. */
class PreemptionTest {
    private static final int ANSWER = 330;

    @TempDir
    private Path folder;

    @Test
    void ofRequestsOfAllKindsEachGetsTheTokensItGetsAloneWhereThereIsRoom() throws Exception {
        Adapter adapter = adapter();
        List<GenerationRequest> requests = List.of(
                request(0, Sampling.greedy(), Optional.empty(), Optional.empty()),
                request(1, sampled(1, 0), Optional.empty(), Optional.empty()),
                request(2, sampled(0.7, 0.4), Optional.empty(), Optional.empty()),
                request(3, sampled(0.9, 0), Optional.of(grammar()), Optional.empty()),
                request(4, sampled(0.8, 0.2), Optional.empty(), Optional.of(adapter)),
                request(5, Sampling.greedy(), Optional.of(grammar()), Optional.of(adapter)));
        List<List<Token>> alone = new ArrayList<>();
        try (Generator roomy = new Generator(TinyModel.model(), Limits.of(1, 6).withoutSpeculation(), tokens -> {})) {
            for (GenerationRequest request : requests) {
                alone.addAll(answers(roomy, List.of(request)));
            }
            assertThat(roomy.preemptions()).isZero();
        }

        assertThat(crowded(Limits.of(6, 6).withoutSpeculation(), requests)).isEqualTo(alone);
        assertThat(crowded(Limits.of(6, 6), requests)).isEqualTo(alone);
    }

    private static List<List<Token>> crowded(Limits limits, List<GenerationRequest> requests) throws Exception {
        LanguageModel model = TinyModel.crowded();
        try (Generator crowded = new Generator(model, limits, tokens -> {})) {
            List<List<Token>> answers = answers(crowded, requests);
            assertThat(crowded.preemptions()).isPositive();
            assertThat(crowded.cacheUsage()).isZero();
            return answers;
        }
    }

    private static List<List<Token>> answers(Generator generator, List<GenerationRequest> requests) throws Exception {
        List<CompletableFuture<List<Token>>> answers = new ArrayList<>();
        for (GenerationRequest request : requests) {
            CompletableFuture<List<Token>> answer = new CompletableFuture<>();
            List<Token> tokens = new ArrayList<>();
            answers.add(answer);
            generator.submit(List.of(new Generator.Submission(request, event -> {
                switch (event) {
                    case Token token -> tokens.add(token);
                    case GenerationEvent.Finished finished -> answer.complete(tokens);
                    case GenerationEvent.Failed failed -> answer.completeExceptionally(failed.cause());
                }
            })));
        }
        List<List<Token>> all = new ArrayList<>();
        for (CompletableFuture<List<Token>> answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    private static GenerationRequest request(
            int number, Sampling sampling, Optional<TokenGrammar> grammar, Optional<Adapter> adapter) {
        List<Integer> prompt =
                (number + "x".repeat(590) + "repeat: repeat").chars().boxed().toList();
        return new GenerationRequest(prompt, ANSWER, sampling, List.of("zzz"), 3, false, Claim.NONE, grammar, adapter);
    }

    private static Sampling sampled(double temperature, double penalty) {
        return new Sampling(temperature, 40, 0.95, 0, 1 + penalty, penalty, penalty, Map.of(), 5);
    }

    private static TokenGrammar grammar() throws Exception {
        return new TokenGrammar(
                new Grammar.WithRules(Regex.parse("((ab|ba){3}[a-z]-){60}"), Map.of()),
                new Vocabulary(new ByteTokenizer(), 256),
                new ByteTokenizer(),
                Set.of());
    }

    private Adapter adapter() throws Exception {
        Files.writeString(folder.resolve(Adapter.CONFIG), "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}");
        Random random = new Random(1);
        try (NDManager manager = Torch.start(1)) {
            SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
            for (int layer = 0; layer < TinyModel.CONFIG.layers(); layer++) {
                String map = "base_model.model.model.layers.%d.self_attn.q_proj.".formatted(layer);
                tensors.put(map + "lora_A.weight", random(manager, random, 2, TinyModel.CONFIG.hiddenSize()));
                tensors.put(map + "lora_B.weight", random(manager, random, 16, 2));
            }
            SafetensorsWriter.write(folder.resolve(Adapter.WEIGHTS), tensors);
        }
        return Adapter.read(1, "adapter", folder);
    }

    private static NDArray random(NDManager manager, Random random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return manager.create(numbers, new Shape(rows, columns));
    }
}

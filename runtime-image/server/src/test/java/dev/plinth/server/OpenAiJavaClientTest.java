package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The official client, as it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiJavaClientTest {
    private TestServer server;
    private OpenAIClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.loaded(folder, 2, 2);
        client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url("/v1"))
                .apiKey("none")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .containsExactly("tiny");
        assertThat(client.models().retrieve("tiny").ownedBy()).isEqualTo("plinth");
    }

    @Test
    void aChatIsCompleted() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat().n(2).logprobs(true).topLogprobs(2).build());

        assertThat(answer.choices()).hasSize(2);
        assertThat(answer.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
        assertThat(answer.choices().getFirst().message().content()).isPresent();
        assertThat(answer.choices()
                        .getFirst()
                        .logprobs()
                        .orElseThrow()
                        .content()
                        .orElseThrow())
                .hasSize(10)
                .allMatch(token -> token.topLogprobs().size() == 2);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(20);
    }

    @Test
    void aChatIsStreamedWithItsUsage() {
        String whole = client.chat()
                .completions()
                .create(chat().build())
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow();
        StringBuilder streamed = new StringBuilder();
        long tokens = 0;
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        try (StreamResponse<ChatCompletionChunk> chunks = client.chat()
                .completions()
                .createStreaming(chat().streamOptions(options).build())) {
            for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) chunks.stream()::iterator) {
                chunk.choices().forEach(choice -> choice.delta().content().ifPresent(streamed::append));
                tokens += chunk.usage().map(usage -> usage.completionTokens()).orElse(0L);
            }
        }

        assertThat(streamed).hasToString(whole);
        assertThat(tokens).isEqualTo(10);
    }

    @Test
    void aTextIsCompleted() {
        Completion answer = client.completions()
                .create(CompletionCreateParams.builder()
                        .model("tiny")
                        .promptOfArrayOfStrings(List.of("one", "two"))
                        .maxTokens(5)
                        .temperature(0)
                        .build());

        assertThat(answer.choices()).hasSize(2);
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(6);
    }

    @Test
    void errorsArriveAsTheClientsOwnExceptions() {
        assertThatThrownBy(() ->
                        client.chat().completions().create(chat().model("other").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("The model `other` does not exist");
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(chat().maxCompletionTokens(0).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("max_completion_tokens must be at least 1");
        assertThatThrownBy(() -> client.chat().completions().create(chat().n(9).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("A request may ask for at most");
        assertThatThrownBy(() -> client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("tiny")
                                .input("a")
                                .build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("cannot embed");
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model("tiny")
                .addSystemMessage("Be brief.")
                .addUserMessage("Hello")
                .seed(4)
                .maxCompletionTokens(10);
    }
}

package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.server.api.CompletionRequest.Endpoint;
import dev.plinth.server.chat.ChatTemplate;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Reads and checks the body of a completion request. Fields it does not know are ignored, as clients expect. */
final class RequestReader {
    private static final int MOST_CHOICES = 128;
    private static final int MOST_STOPS = 4;
    private static final int MOST_ALTERNATIVES = 20;
    private static final int MOST_PRIORITY = 1000;
    /** What OpenAI's completions endpoint generates if nothing is said. */
    private static final int DEFAULT_TEXT_TOKENS = 16;

    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    private final LanguageModel model;
    private final String servedName;
    private final AdapterRegistry adapters;
    private final PromptReader prompts;
    private final ConstraintReader constraints;

    RequestReader(LanguageModel model, String servedName, AdapterRegistry adapters) {
        this.model = model;
        this.adapters = adapters;
        this.servedName = servedName;
        this.constraints = new ConstraintReader(model);
        this.prompts = new PromptReader(model, new ChatTemplate(model, Clock.system(ZoneId.systemDefault())));
    }

    CompletionRequest read(Endpoint endpoint, String body, RequestHeaders headers) throws ApiError {
        Fields fields = Fields.parse(body);
        Optional<Adapter> adapter = fields.adapter(servedName, adapters);
        refuseUnsupported(fields);
        boolean chat = endpoint == Endpoint.CHAT;
        Tools tools = chat ? Tools.read(fields) : Tools.NONE;
        List<List<Integer>> read = chat ? List.of(prompts.conversation(fields, tools)) : prompts.prompts(fields);
        Optional<TokenGrammar> grammar = grammar(fields, tools);
        int count = fields.integer("n", 1, MOST_CHOICES).orElse(1);
        Sampling sampling = sampling(fields);
        List<String> stops = stops(fields);
        boolean logprobs =
                chat ? fields.flag("logprobs") : fields.get("logprobs").isPresent();
        int asked = fields.integer(chat ? "top_logprobs" : "logprobs", 0, MOST_ALTERNATIVES)
                .orElse(0);
        int alternatives = logprobs ? asked : -1;
        boolean ignoreEnd = fields.flag("ignore_eos");
        Claim claim = claim(fields, headers);
        List<GenerationRequest> choices = new ArrayList<>();
        for (List<Integer> prompt : read) {
            int tokens = newTokens(fields, chat, prompt.size());
            var first = new GenerationRequest(
                    prompt, tokens, sampling, stops, alternatives, ignoreEnd, claim, grammar, adapter);
            IntStream.range(0, count).mapToObj(first::variant).forEach(choices::add);
        }
        Fields streaming = new Fields(fields.object("stream_options").orElse(MissingNode.getInstance()));
        return new CompletionRequest(
                endpoint,
                choices,
                count,
                read.stream().mapToInt(List::size).sum(),
                fields.flag("stream"),
                streaming.flag("include_usage"),
                logprobs,
                tools);
    }

    private Optional<TokenGrammar> grammar(Fields fields, Tools tools) throws ApiError {
        Optional<TokenGrammar> asked = constraints.read(fields);
        if (!tools.forced()) {
            return asked;
        }
        if (asked.isPresent()) {
            throw ApiError.invalid(
                    "tool_choice", "tool_choice and a format of the answer cannot be asked for together");
        }
        return Optional.of(constraints.of("tools", tools.key(), tools.grammar()));
    }

    /** Better refused than silently not done. */
    private static void refuseUnsupported(Fields fields) throws ApiError {
        if (fields.flag("echo")) {
            throw ApiError.invalid("echo", "echo is not supported by this server");
        }
        if (fields.text("suffix").filter(text -> !text.isEmpty()).isPresent()) {
            throw ApiError.invalid("suffix", "suffix is not supported by this server");
        }
        if (fields.integer("best_of", 1, MOST_CHOICES).orElse(1) > 1) {
            throw ApiError.invalid("best_of", "best_of is not supported by this server; use n");
        }
    }

    private Sampling sampling(Fields fields) throws ApiError {
        Optional<JsonNode> seed = fields.get("seed");
        if (seed.isPresent() && !seed.get().isIntegralNumber()) {
            throw ApiError.invalid("seed", "seed must be a whole number");
        }
        return new Sampling(
                fields.decimal("temperature", 0, 2, 1),
                Math.max(0, fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(0)),
                topP(fields),
                fields.decimal("min_p", 0, 1, 0),
                repetitionPenalty(fields),
                fields.decimal("frequency_penalty", -2, 2, 0),
                fields.decimal("presence_penalty", -2, 2, 0),
                bias(fields),
                seed.map(JsonNode::asLong)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong()));
    }

    /**
     * Whose request it is. {@code cache_salt} and {@code priority} (least first) are fields of vLLM. Where nobody else tells tenants
     * apart, OpenAI's {@code user} does; users of one application go on sharing its cached prompts.
     */
    private static Claim claim(Fields fields, RequestHeaders headers) throws ApiError {
        int priority = fields.integer("priority", -MOST_PRIORITY, MOST_PRIORITY).orElse(0);
        Optional<String> salt = fields.text("cache_salt");
        if (salt.filter(String::isEmpty).isPresent()) {
            throw ApiError.invalid("cache_salt", "cache_salt must not be empty");
        }
        String tenant = headers.tenant();
        String user = fields.text("user").orElse("");
        return new Claim(
                tenant.isEmpty() ? user : tenant,
                tenant.length() + ":" + tenant + salt.orElse(""),
                -priority,
                headers.deadline());
    }

    private static double topP(Fields fields) throws ApiError {
        double topP = fields.decimal("top_p", 0, 1, 1);
        if (topP == 0) {
            throw ApiError.invalid("top_p", "top_p must be greater than 0");
        }
        return topP;
    }

    private static double repetitionPenalty(Fields fields) throws ApiError {
        double penalty = fields.decimal("repetition_penalty", 0, 2, 1);
        if (penalty == 0) {
            throw ApiError.invalid("repetition_penalty", "repetition_penalty must be greater than 0");
        }
        return penalty;
    }

    private Map<Integer, Double> bias(Fields fields) throws ApiError {
        Map<Integer, Double> bias = new HashMap<>();
        Optional<JsonNode> json = fields.object("logit_bias");
        if (json.isEmpty()) {
            return bias;
        }
        for (Map.Entry<String, JsonNode> entry : json.get().properties()) {
            boolean token = entry.getKey().matches("[0-9]{1,9}")
                    && Integer.parseInt(entry.getKey()) < model.engine().vocabularySize();
            double value = entry.getValue().asDouble();
            if (!token || !entry.getValue().isNumber() || Math.abs(value) > 100) {
                throw ApiError.invalid("logit_bias", "logit_bias must map token ids to numbers from -100 to 100");
            }
            bias.put(Integer.valueOf(entry.getKey()), value);
        }
        return bias;
    }

    private static List<String> stops(Fields fields) throws ApiError {
        Optional<JsonNode> stop = fields.get("stop");
        if (stop.isEmpty()) {
            return List.of();
        }
        List<String> stops = new ArrayList<>();
        (stop.get().isArray() ? stop.get() : List.of(stop.get())).forEach(text -> {
            if (text.isTextual() && !text.asText().isEmpty()) {
                stops.add(text.asText());
            }
        });
        int given = stop.get().isArray() ? stop.get().size() : 1;
        if (stops.size() != given || given > MOST_STOPS) {
            throw ApiError.invalid("stop", "stop must be a string or up to " + MOST_STOPS + " strings, none empty");
        }
        return stops;
    }

    /** How many tokens to generate: as asked, else as many as fit (chat) or OpenAI's default. */
    private int newTokens(Fields fields, boolean chat, int promptTokens) throws ApiError {
        int limit = model.engine().maxSequenceLength();
        String field = fields.get(MAX_COMPLETION_TOKENS).isPresent() ? MAX_COMPLETION_TOKENS : "max_tokens";
        int otherwise = Math.max(1, chat ? limit - promptTokens : Math.min(DEFAULT_TEXT_TOKENS, limit - promptTokens));
        int tokens = fields.integer(field, 1, Integer.MAX_VALUE).orElse(otherwise);
        if ((long) promptTokens + tokens > limit) {
            String prompt = chat ? "messages" : "prompt";
            throw ApiError.tooLong(promptTokens < limit ? field : prompt, prompt, limit, promptTokens, tokens);
        }
        return tokens;
    }
}

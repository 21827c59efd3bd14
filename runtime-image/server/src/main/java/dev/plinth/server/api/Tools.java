package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.plinth.engine.constraint.ConstraintException;
import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.JsonSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Functions a model may call.
 *
 * @param offered those the prompt tells of: all of the request's, or the one that must be called; empty = none may be called
 * @param forced whether one must be called, and nothing else said
 * @param parallel whether more than one may be called
 */
record Tools(List<Tool> offered, boolean forced, boolean parallel) {
    static final Tools NONE = new Tools(List.of(), false, false);

    /**
     * One function.
     *
     * @param field where it stands in the request
     * @param json as the request describes it
     */
    record Tool(String name, String field, JsonNode json) {
        JsonNode parameters() {
            return json.path("function").path("parameters");
        }
    }

    Tools {
        offered = List.copyOf(offered);
    }

    static Tools read(Fields fields) throws ApiError {
        JsonNode list = fields.list("tools").orElse(MissingNode.getInstance());
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            tools.add(tool("tools[" + i + "]", list.path(i)));
        }
        JsonNode choice = fields.get("tool_choice").orElse(MissingNode.getInstance());
        boolean parallel = fields.get("parallel_tool_calls").isEmpty() || fields.flag("parallel_tool_calls");
        if (choice.isObject()) {
            String name = choice.path("function").path("name").asText();
            List<Tool> named =
                    tools.stream().filter(tool -> tool.name().equals(name)).toList();
            if (named.isEmpty()) {
                throw ApiError.invalid("tool_choice", "tool_choice names \"" + name + "\", which is none of the tools");
            }
            return new Tools(named, true, false);
        }
        return switch (choice.asText(tools.isEmpty() ? "none" : "auto")) {
            case "none" -> NONE;
            case "auto" -> new Tools(tools, false, parallel);
            case "required" -> {
                if (tools.isEmpty()) {
                    throw ApiError.invalid("tool_choice", "tool_choice is required, but there are no tools");
                }
                yield new Tools(tools, true, false);
            }
            default ->
                throw ApiError.invalid("tool_choice", "tool_choice must be none, auto, required or name a function");
        };
    }

    private static Tool tool(String field, JsonNode json) throws ApiError {
        JsonNode function = json.path("function");
        if (!json.path("type").asText("function").equals("function") || !function.isObject()) {
            throw ApiError.invalid(field, field + " must be of type function");
        }
        String name = function.path("name").asText();
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw ApiError.invalid(
                    field + ".function.name", field + ".function.name must be 1 to 64 letters, digits, _, . or -");
        }
        JsonNode description = function.path("description");
        if (!description.isMissingNode() && !description.isNull() && !description.isTextual()) {
            throw ApiError.invalid(field + ".function.description", field + ".function.description must be a string");
        }
        JsonNode parameters = function.path("parameters");
        if (!parameters.isMissingNode() && !parameters.isNull() && !parameters.isObject()) {
            throw ApiError.invalid(
                    field + ".function.parameters", field + ".function.parameters must be a JSON Schema");
        }
        return new Tool(name, field, json);
    }

    boolean any() {
        return !offered.isEmpty();
    }

    Set<String> names() {
        return offered.stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
    }

    /** The texts of one call: {@code {"name": ..., "arguments": ...}} with arguments of the function's schema. */
    Grammar.WithRules grammar() throws ApiError {
        List<Grammar> calls = new ArrayList<>();
        Map<String, Grammar> rules = new HashMap<>();
        for (Tool tool : offered) {
            String field = tool.field() + ".function.parameters";
            try {
                Grammar.WithRules arguments =
                        tool.parameters().isEmpty() ? JsonSchema.anyObject() : JsonSchema.of(tool.parameters());
                arguments = arguments.renamed(tool.name() + " ");
                rules.putAll(arguments.rules());
                String name = JsonNodeFactory.instance.textNode(tool.name()).toString();
                calls.add(Grammar.sequence(
                        new Grammar.Literal("{\"name\": " + name + ", \"arguments\": "),
                        arguments.start(),
                        new Grammar.Literal("}")));
            } catch (ConstraintException e) {
                throw ApiError.invalid(field, field + ": " + e.getMessage());
            }
        }
        return new Grammar.WithRules(new Grammar.Choice(calls), rules);
    }

    /** Tells grammars of different tools apart. */
    String key() {
        return "tools " + offered.stream().map(tool -> tool.json().toString()).toList();
    }
}

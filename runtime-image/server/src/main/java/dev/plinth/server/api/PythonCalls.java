package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a list of calls in Python, {@code [f(a=1, b='x'), g()]}, whose arguments are named and literal. Nothing is run. */
final class PythonCalls {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    /** A call as it was written. */
    record Call(String name, ObjectNode arguments) {}

    /** Not what it was taken for. */
    private static final class OtherText extends Exception {
        private static final long serialVersionUID = 1;
    }

    private PythonCalls(String text) {
        this.text = text;
    }

    /** The calls; empty if the text is anything else. */
    static Optional<List<Call>> read(String text) {
        PythonCalls reader = new PythonCalls(text);
        try {
            List<Call> calls = new ArrayList<>();
            reader.expect('[');
            do {
                calls.add(reader.call());
            } while (reader.taken(','));
            reader.expect(']');
            reader.blank();
            return reader.at == text.length() ? Optional.of(calls) : Optional.empty();
        } catch (OtherText other) {
            return Optional.empty();
        }
    }

    private Call call() throws OtherText {
        String name = name();
        ObjectNode arguments = NODES.objectNode();
        expect('(');
        while (!taken(')')) {
            String argument = name();
            expect('=');
            arguments.set(argument, value());
            if (!taken(',')) {
                expect(')');
                break;
            }
        }
        return new Call(name, arguments);
    }

    private JsonNode value() throws OtherText {
        blank();
        char first = at < text.length() ? text.charAt(at) : 0;
        if (++depth > DEEPEST) {
            throw new OtherText();
        }
        JsonNode value = switch (first) {
            case '"', '\'' -> NODES.textNode(string());
            case '[' -> list(']');
            case '(' -> list(')');
            case '{' -> dictionary();
            default -> word();
        };
        depth--;
        return value;
    }

    private JsonNode list(char close) throws OtherText {
        at++;
        ArrayNode list = NODES.arrayNode();
        while (!taken(close)) {
            list.add(value());
            if (!taken(',')) {
                expect(close);
                break;
            }
        }
        return list;
    }

    private JsonNode dictionary() throws OtherText {
        at++;
        ObjectNode dictionary = NODES.objectNode();
        while (!taken('}')) {
            blank();
            String key = string();
            expect(':');
            dictionary.set(key, value());
            if (!taken(',')) {
                expect('}');
                break;
            }
        }
        return dictionary;
    }

    private JsonNode word() throws OtherText {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-._".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String word = text.substring(begin, at);
        return switch (word) {
            case "True", "true" -> NODES.booleanNode(true);
            case "False", "false" -> NODES.booleanNode(false);
            case "None", "null" -> NODES.nullNode();
            default -> number(word);
        };
    }

    private static JsonNode number(String word) throws OtherText {
        if (word.matches("[-+]?[0-9]{1,300}")) {
            return NODES.numberNode(new BigInteger(word));
        }
        if (word.matches("[-+]?([0-9]{1,300}[.]?[0-9]{0,300}|[.][0-9]{1,300})([eE][-+]?[0-9]{1,3})?")) {
            return NODES.numberNode(new BigDecimal(word));
        }
        throw new OtherText();
    }

    private String string() throws OtherText {
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote != '"' && quote != '\'') {
            throw new OtherText();
        }
        StringBuilder read = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != quote; at++) {
            read.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
        }
        expect(quote);
        return read.toString();
    }

    /** The character that is meant by the one behind a backslash; a pair that means nothing stands for itself, as in Python. */
    private String escaped() throws OtherText {
        at++;
        char after = at < text.length() ? text.charAt(at) : 0;
        return switch (after) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '\\', '"', '\'' -> String.valueOf(after);
            case 'x' -> code(2);
            case 'u' -> code(4);
            case 0 -> throw new OtherText();
            default -> "\\" + after;
        };
    }

    private String code(int digits) throws OtherText {
        String code = text.substring(Math.min(at + 1, text.length()), Math.min(at + 1 + digits, text.length()));
        if (!code.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw new OtherText();
        }
        at += digits;
        return String.valueOf((char) Integer.parseInt(code, 16));
    }

    private String name() throws OtherText {
        blank();
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_.-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at == begin) {
            throw new OtherText();
        }
        return text.substring(begin, at);
    }

    private void blank() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean taken(char next) {
        blank();
        boolean there = at < text.length() && text.charAt(at) == next;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char next) throws OtherText {
        if (!taken(next)) {
            throw new OtherText();
        }
    }
}

package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Characters;
import dev.plinth.engine.constraint.Grammar.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * Regular expressions that match a whole text: characters, classes, groups, alternatives, repetitions; anchors only at the ends.
 * Not look-around, references to groups and word boundaries, which no finite automaton knows.
 */
public final class Regex {
    private static final int MOST_REPEATS = 10_000;
    private static final int DEEPEST = 200;
    private static final Characters DIGITS = Characters.of('0', '9');
    private static final Characters WORD = Characters.of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
    private static final Characters SPACE = Characters.of('\t', '\r', ' ', ' ');
    private static final Characters LINE_BREAK = Characters.of('\n', '\n');

    private final String text;
    /** Every character of a match is one of these. */
    private final Characters alphabet;

    private int at;
    private int depth;

    private Regex(String text, Characters alphabet) {
        this.text = text;
        this.alphabet = alphabet;
    }

    /** @throws ConstraintException if it cannot be read; the message says where and why */
    public static Grammar parse(String regex) throws ConstraintException {
        return parse(regex, Characters.of(0, Characters.LAST));
    }

    /** As {@link #parse(String)}, with the characters of a match taken from an alphabet. */
    static Grammar parse(String regex, Characters alphabet) throws ConstraintException {
        Regex parser = new Regex(regex, alphabet);
        if (parser.peek('^')) {
            parser.at++;
        }
        Grammar grammar = parser.alternatives();
        if (parser.at < regex.length()) {
            throw parser.error("unexpected \"" + regex.charAt(parser.at) + "\"");
        }
        return grammar;
    }

    private Grammar alternatives() throws ConstraintException {
        List<Grammar> options = new ArrayList<>(List.of(sequence()));
        while (peek('|')) {
            at++;
            options.add(sequence());
        }
        return options.size() == 1 ? options.getFirst() : new Grammar.Choice(options);
    }

    private Grammar sequence() throws ConstraintException {
        List<Grammar> parts = new ArrayList<>();
        while (at < text.length() && !peek('|') && !peek(')')) {
            if (peek('$') && at == text.length() - 1) {
                at++;
                break;
            }
            parts.add(repeated(one()));
        }
        return new Grammar.Sequence(parts);
    }

    private Grammar repeated(Grammar one) throws ConstraintException {
        Grammar repeated = one;
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '*' -> repeated = repeat(repeated, 0, Grammar.Repeat.ANY);
                case '+' -> repeated = repeat(repeated, 1, Grammar.Repeat.ANY);
                case '?' -> repeated = repeat(repeated, 0, 1);
                case '{' -> repeated = counted(repeated);
                default -> {
                    return repeated;
                }
            }
        }
        return repeated;
    }

    private Grammar repeat(Grammar one, int least, int most) {
        at++;
        if (peek('?') || peek('+')) {
            at++; // how eagerly it is matched makes no difference to what matches
        }
        return new Grammar.Repeat(one, least, most);
    }

    private Grammar counted(Grammar one) throws ConstraintException {
        int close = text.indexOf('}', at);
        String[] counts =
                close < 0 ? new String[0] : text.substring(at + 1, close).split(",", -1);
        if (counts.length < 1 || counts.length > 2 || !counts[0].matches("[0-9]{1,6}")) {
            throw error("a count such as {2} or {2,5} is due");
        }
        int least = Integer.parseInt(counts[0]);
        boolean open = counts.length == 2 && counts[1].isEmpty();
        if (counts.length == 2 && !open && !counts[1].matches("[0-9]{1,6}")) {
            throw error("a count such as {2} or {2,5} is due");
        }
        int most = counts.length == 1 ? least : open ? Grammar.Repeat.ANY : Integer.parseInt(counts[1]);
        if (least > most || least > MOST_REPEATS || !open && most > MOST_REPEATS) {
            throw error("counts must be in order and at most " + MOST_REPEATS);
        }
        at = close;
        return repeat(one, least, most);
    }

    private Grammar one() throws ConstraintException {
        int c = text.codePointAt(at);
        return switch (c) {
            case '(' -> group();
            case '[' -> within(characterClass());
            case '.' -> {
                at++;
                yield within(LINE_BREAK.complement());
            }
            case '\\' -> within(escape());
            case '*', '+', '?', '{' -> throw error("there is nothing to repeat");
            case '^', '$' -> throw error("anchors are supported only at the ends of the expression");
            default -> {
                at += Character.charCount(c);
                yield within(Characters.of(c, c));
            }
        };
    }

    private Characters within(Characters characters) throws ConstraintException {
        Characters usable = characters.and(alphabet);
        if (usable.ranges().isEmpty()) {
            throw error("no character can stand here");
        }
        return usable;
    }

    private Grammar group() throws ConstraintException {
        int open = at++;
        if (peek('?')) {
            int named = text.indexOf('>', at);
            if (text.startsWith("?:", at)) {
                at += 2;
            } else if (text.substring(at).matches("(?s)\\?P?<[A-Za-z_][A-Za-z0-9_]*>.*")) {
                at = named + 1;
            } else {
                throw error("look-around and flags are not supported");
            }
        }
        if (++depth > DEEPEST) {
            throw error("groups are nested too deep");
        }
        Grammar inner = alternatives();
        depth--;
        if (!peek(')')) {
            at = open;
            throw error("the group is not closed");
        }
        at++;
        return inner;
    }

    private Characters characterClass() throws ConstraintException {
        int open = at++;
        boolean negated = peek('^');
        at += negated ? 1 : 0;
        List<Range> ranges = new ArrayList<>();
        while (!peek(']') || ranges.isEmpty() && at == open + (negated ? 2 : 1)) {
            if (at >= text.length()) {
                at = open;
                throw error("the class is not closed");
            }
            Characters from = classItem();
            boolean single = from.ranges().size() == 1
                    && from.ranges().getFirst().from()
                            == from.ranges().getFirst().to();
            if (single && peek('-') && at + 1 < text.length() && text.charAt(at + 1) != ']') {
                at++;
                int first = from.ranges().getFirst().from();
                int last = classItem().ranges().getFirst().to();
                if (last < first) {
                    throw error("the range is the wrong way round");
                }
                ranges.add(new Range(first, last));
            } else {
                ranges.addAll(from.ranges());
            }
        }
        at++;
        Characters all = new Characters(ranges);
        return negated ? all.complement() : all;
    }

    private Characters classItem() throws ConstraintException {
        if (peek('\\')) {
            return escape();
        }
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return Characters.of(c, c);
    }

    private Characters escape() throws ConstraintException {
        if (at + 1 >= text.length()) {
            throw error("the escape is cut short");
        }
        char escaped = text.charAt(at + 1);
        at += 2;
        return switch (escaped) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> SPACE;
            case 'S' -> SPACE.complement();
            case 'n' -> LINE_BREAK;
            case 't' -> Characters.of('\t', '\t');
            case 'r' -> Characters.of('\r', '\r');
            case 'f' -> Characters.of('\f', '\f');
            case 'x' -> hexadecimal(2);
            case 'u' -> hexadecimal(4);
            default -> {
                if (Character.isLetterOrDigit(escaped)) {
                    at -= 2;
                    throw error("\\" + escaped + " is not supported");
                }
                yield Characters.of(escaped, escaped);
            }
        };
    }

    private Characters hexadecimal(int digits) throws ConstraintException {
        int end = at + digits;
        if (end > text.length() || !text.substring(at, end).matches("[0-9A-Fa-f]+")) {
            throw error(digits + " hexadecimal digits are due");
        }
        int c = Integer.parseInt(text.substring(at, end), 16);
        at = end;
        return Characters.of(c, c);
    }

    private boolean peek(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private ConstraintException error(String what) {
        return new ConstraintException("the regular expression at character %d: %s".formatted(at + 1, what));
    }
}

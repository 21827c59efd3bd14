package dev.plinth.server.jinja;

import dev.plinth.server.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with blocks trimmed: the line break after a block or comment goes, and so do blanks between the
 * beginning of a line and a block or comment. A minus sign inside the braces takes all white space on its side, a plus sign keeps it.
 */
final class Lexer {
    private static final Pattern OPENING = Pattern.compile("\\{([{%#])([-+]?)");
    private static final Pattern RAW_END = Pattern.compile("\\{%(-?|\\+)\\s*endraw\\s*(-?|\\+)%\\}");
    private static final Pattern RAW_BEGIN = Pattern.compile("\\s*raw\\s*(-?)%\\}");
    private static final Pattern NUMBER =
            Pattern.compile("(?:(\\d+(?:_\\d+)*)(\\.\\d+(?:_\\d+)*)?([eE][+-]?\\d+)?)(?!\\w)");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern OPERATOR = Pattern.compile("(?:\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=|.,:()\\[\\]{}])");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineCountedTo;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            Matcher opening = OPENING.matcher(source);
            if (!opening.find(at)) {
                data(source.substring(at));
                at = source.length();
                break;
            }
            String kind = opening.group(1);
            data(before(opening.start(), opening.group(2), !kind.equals("{")));
            at = opening.end();
            switch (kind) {
                case "{" -> inside(Kind.PRINT, Kind.PRINT_END, "}}");
                case "%" -> block();
                default -> comment();
            }
        }
        add(Kind.END, "");
    }

    /** The text up to an opening brace at {@code start}, less the white space that the brace takes by its sign. */
    private String before(int start, String sign, boolean trimming) {
        String text = source.substring(at, start);
        if (sign.equals("-")) {
            return text.stripTrailing();
        }
        if (!trimming || sign.equals("+")) {
            return text;
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean atLineStart = lineStart > 0 || at == 0 || source.charAt(at - 1) == '\n';
        String blanks = text.substring(lineStart);
        return atLineStart && blanks.chars().allMatch(c -> c == ' ' || c == '\t') ? text.substring(0, lineStart) : text;
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw error("a comment is not closed");
        }
        char last = source.charAt(end - 1);
        at = end + 2;
        after(last, true);
    }

    private void block() {
        Matcher raw = RAW_BEGIN.matcher(source).region(at, source.length());
        if (!raw.lookingAt()) {
            inside(Kind.BLOCK, Kind.BLOCK_END, "%}");
            return;
        }
        at = raw.end();
        after(raw.group(1).isEmpty() ? ' ' : '-', true);
        Matcher end = RAW_END.matcher(source);
        if (!end.find(at)) {
            throw error("a raw block is not closed");
        }
        data(before(end.start(), end.group(1), true));
        at = end.end();
        after(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
    }

    /** What a closing takes of the text behind it: all white space after a minus sign, else a line break after a block. */
    private void after(char sign, boolean trimming) {
        if (sign == '-') {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        } else if (trimming && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
    }

    private void inside(Kind open, Kind close, String closing) {
        add(open, "");
        int depth = 0;
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw error("an expression is not closed");
            }
            char sign = source.charAt(at);
            boolean signed = (sign == '-' || sign == '+') && source.startsWith(closing, at + 1);
            if (signed || depth == 0 && source.startsWith(closing, at)) {
                add(close, "");
                at += signed ? 3 : 2;
                after(signed ? sign : ' ', close == Kind.BLOCK_END);
                return;
            }
            if (sign == '"' || sign == '\'') {
                string(sign);
            } else if (!take(NUMBER) && !take(NAME) && !take(OPERATOR)) {
                throw error("unexpected character '" + sign + "'");
            } else if (tokens.getLast().kind() == Kind.OPERATOR) {
                depth += switch (tokens.getLast().text()) {
                    case "(", "[", "{" -> 1;
                    case ")", "]", "}" -> -1;
                    default -> 0;
                };
            }
        }
    }

    private boolean take(Pattern pattern) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        Kind kind = pattern == NAME ? Kind.NAME : pattern == OPERATOR ? Kind.OPERATOR : Kind.INTEGER;
        if (pattern == NUMBER && (matcher.group(2) != null || matcher.group(3) != null)) {
            kind = Kind.DECIMAL;
        }
        add(kind, pattern == NUMBER ? matcher.group().replace("_", "") : matcher.group());
        at = matcher.end();
        return true;
    }

    private void string(char quote) {
        StringBuilder text = new StringBuilder();
        for (int i = at + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == quote) {
                add(Kind.STRING, text.toString());
                at = i + 1;
                return;
            }
            if (c != '\\' || i + 1 == source.length()) {
                text.append(c);
                continue;
            }
            char escaped = source.charAt(++i);
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case '\\', '\'', '"' -> text.append(escaped);
                case 'x', 'u', 'U' -> {
                    int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
                    String code = source.substring(i + 1, Math.min(source.length(), i + 1 + digits));
                    if (!code.matches("(?:00)?[0-9A-Fa-f]{" + (digits == 8 ? 6 : digits) + "}")) {
                        throw error("an escape in a string is no character");
                    }
                    text.appendCodePoint(Math.min(Integer.parseInt(code, 16), Character.MAX_CODE_POINT));
                    i += digits;
                }
                case '\n' -> {} // a line that goes on
                default -> text.append('\\').append(escaped);
            }
        }
        throw error("a string is not closed");
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        for (; lineCountedTo < at; lineCountedTo++) {
            if (source.charAt(lineCountedTo) == '\n') {
                line++;
            }
        }
        return line;
    }

    private JinjaException error(String what) {
        return new JinjaException("line " + line() + ": " + what);
    }
}

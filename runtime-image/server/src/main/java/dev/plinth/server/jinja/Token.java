package dev.plinth.server.jinja;

/**
 * A piece of a template.
 *
 * @param text of a string literal, what it stands for; else as written
 * @param line counted from 1
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        /** Text outside of braces, as it is printed. */
        DATA,
        /** Two opening braces. */
        PRINT,
        PRINT_END,
        /** An opening brace and a percent sign. */
        BLOCK,
        BLOCK_END,
        NAME,
        INTEGER,
        DECIMAL,
        STRING,
        OPERATOR,
        END
    }

    boolean is(Kind other, String what) {
        return kind == other && text.equals(what);
    }

    boolean operator(String what) {
        return is(Kind.OPERATOR, what);
    }

    boolean name(String what) {
        return is(Kind.NAME, what);
    }
}

package dev.plinth.server.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has a value. */
sealed interface Expression {
    record Literal(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record Entry(Expression key, Expression value) {}

    record MapOf(List<Entry> entries) implements Expression {}

    /** {@code then if condition else otherwise}. */
    record Conditional(Expression condition, Expression then, Optional<Expression> otherwise) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record Negative(Expression operand) implements Expression {}

    /** One of {@code + - * / // % ** ~}. */
    record Arithmetic(String operator, Expression left, Expression right) implements Expression {}

    record Comparison(String operator, Expression right) {}

    /** {@code a < b <= c}: all must hold. */
    record Compared(Expression first, List<Comparison> rest) implements Expression {}

    /** {@code of.name}. */
    record Attribute(Expression of, String name) implements Expression {}

    /** {@code of[index]}. */
    record Item(Expression of, Expression index) implements Expression {}

    /** {@code of[start:stop:step]}. */
    record Slice(Expression of, Optional<Expression> start, Optional<Expression> stop, Optional<Expression> step)
            implements Expression {}

    /** What stands in the parentheses of a call. */
    record Given(List<Expression> positional, Map<String, Expression> named) {
        static final Given NOTHING = new Given(List.of(), Map.of());
    }

    record Call(Expression callee, Given given) implements Expression {}

    record Filtered(Expression value, String filter, Given given) implements Expression {}

    record Tested(Expression value, String test, Given given) implements Expression {}
}

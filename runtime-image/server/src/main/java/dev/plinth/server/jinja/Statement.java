package dev.plinth.server.jinja;

import java.util.List;
import java.util.Optional;

/** What is printed or done. */
sealed interface Statement {
    record Text(String text) implements Statement {}

    record Print(Expression value) implements Statement {}

    record Branch(Expression condition, List<Statement> body) {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    record For(
            List<String> targets,
            Expression items,
            Optional<Expression> condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /** {@code set a, b = value}. */
    record SetNames(List<String> targets, Expression value) implements Statement {}

    /** {@code set space.name = value}, for a namespace. */
    record SetAttribute(String space, String name, Expression value) implements Statement {}

    /** {@code set name} to what the body prints, through filters whose input is called {@link #INPUT}. */
    record SetBlock(String target, List<Statement> body, Expression filtered) implements Statement {}

    record Parameter(String name, Optional<Expression> otherwise) {}

    record Macro(String name, List<Parameter> parameters, List<Statement> body) implements Statement {}

    /** Calls a macro whose {@code caller()} prints the body. */
    record CallBlock(List<Parameter> parameters, Expression.Call call, List<Statement> body) implements Statement {}

    /** Prints the body through filters whose input is called {@link #INPUT}. */
    record FilterBlock(Expression filtered, List<Statement> body) implements Statement {}

    /** A body with names of its own. */
    record Scoped(List<SetNames> names, List<Statement> body) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}

    /** No name of a template can be this. */
    String INPUT = "(input)";
}

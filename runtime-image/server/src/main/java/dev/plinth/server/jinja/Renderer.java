package dev.plinth.server.jinja;

import dev.plinth.server.jinja.Expression.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out statements: prints into {@link #output}, sets names in a scope. */
final class Renderer {
    /** Where a list of statements was left. */
    private enum Left {
        AT_END,
        BREAK,
        CONTINUE
    }

    private StringBuilder output = new StringBuilder();
    private int loops;

    /** What the statements print. */
    String render(List<Statement> statements, Scope scope) {
        StringBuilder outer = output;
        output = new StringBuilder();
        try {
            run(statements, scope);
            return output.toString();
        } finally {
            output = outer;
        }
    }

    private Left run(List<Statement> statements, Scope scope) {
        for (Statement statement : statements) {
            Left left = run(statement, scope);
            if (left != Left.AT_END) {
                return left;
            }
        }
        return Left.AT_END;
    }

    private Left run(Statement statement, Scope scope) {
        switch (statement) {
            case Statement.Text text -> output.append(text.text());
            case Statement.Print print -> output.append(Values.text(value(print.value(), scope)));
            case Statement.If branches -> {
                return branch(branches, scope);
            }
            case Statement.For loop -> loop(loop, scope);
            case Statement.SetNames set -> assign(set.targets(), value(set.value(), scope), scope);
            case Statement.SetAttribute set -> {
                if (!(scope.get(set.space()) instanceof Namespace space)) {
                    throw new JinjaException("attributes can only be set on a namespace, not on " + set.space());
                }
                space.set(set.name(), value(set.value(), scope));
            }
            case Statement.SetBlock set -> scope.set(set.target(), filtered(set.filtered(), set.body(), scope));
            case Statement.FilterBlock filter ->
                output.append(Values.text(filtered(filter.filtered(), filter.body(), scope)));
            case Statement.Macro macro -> scope.set(macro.name(), macro(macro.parameters(), macro.body(), scope));
            case Statement.CallBlock block -> {
                Arguments given = arguments(block.call().given(), scope);
                Map<String, Object> named = new LinkedHashMap<>(given.named());
                named.put("caller", macro(block.parameters(), block.body(), scope));
                Object callee = value(block.call().callee(), scope);
                output.append(Values.text(call(callee, new Arguments(given.positional(), named))));
            }
            case Statement.Scoped scoped -> {
                Scope inner = new Scope(scope);
                scoped.names().forEach(set -> assign(set.targets(), value(set.value(), scope), inner));
                return run(scoped.body(), inner);
            }
            case Statement.Break end -> {
                return Left.BREAK;
            }
            case Statement.Continue next -> {
                return Left.CONTINUE;
            }
        }
        return Left.AT_END;
    }

    private Left branch(Statement.If branches, Scope scope) {
        for (Statement.Branch branch : branches.branches()) {
            if (Values.truth(value(branch.condition(), scope))) {
                return run(branch.body(), scope);
            }
        }
        return run(branches.otherwise(), scope);
    }

    private void loop(Statement.For loop, Scope scope) {
        List<Object> items = new ArrayList<>();
        for (Object item : Values.items(value(loop.items(), scope))) {
            Scope inner = new Scope(scope);
            assign(loop.targets(), item, inner);
            if (loop.condition().isEmpty()
                    || Values.truth(value(loop.condition().get(), inner))) {
                items.add(item);
            }
        }
        if (items.isEmpty()) {
            run(loop.otherwise(), new Scope(scope));
            return;
        }
        Loop told = new Loop(items, loops++);
        for (int i = 0; i < items.size(); i++) {
            told.at(i);
            Scope inner = new Scope(scope);
            inner.set("loop", told);
            assign(loop.targets(), items.get(i), inner);
            if (run(loop.body(), inner) == Left.BREAK) {
                break;
            }
        }
        loops--;
    }

    private static void assign(List<String> targets, Object value, Scope scope) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        List<Object> parts = Values.items(value);
        if (parts.size() != targets.size()) {
            throw new JinjaException("%d values for %d names".formatted(parts.size(), targets.size()));
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(targets.get(i), parts.get(i));
        }
    }

    private Object filtered(Expression filters, List<Statement> body, Scope scope) {
        Scope inner = new Scope(scope);
        inner.set(Statement.INPUT, render(body, new Scope(scope)));
        return value(filters, inner);
    }

    private Callable macro(List<Statement.Parameter> parameters, List<Statement> body, Scope definedIn) {
        return given -> {
            Scope scope = new Scope(definedIn);
            if (given.positional().size() > parameters.size()) {
                throw new JinjaException("a macro of %d parameters is given %d values"
                        .formatted(parameters.size(), given.positional().size()));
            }
            for (int i = 0; i < parameters.size(); i++) {
                Statement.Parameter parameter = parameters.get(i);
                Optional<Object> value = given.get(i, parameter.name());
                scope.set(
                        parameter.name(),
                        value.orElseGet(() -> parameter
                                .otherwise()
                                .map(otherwise -> value(otherwise, scope))
                                .orElseGet(
                                        () -> new Undefined("parameter '" + parameter.name() + "' was not provided"))));
            }
            Optional.ofNullable(given.named().get("caller")).ifPresent(caller -> scope.set("caller", caller));
            return render(body, scope);
        };
    }

    Object value(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Name name -> scope.get(name.name());
            case Expression.ListOf list -> values(list.items(), scope);
            case Expression.MapOf map -> {
                Map<Object, Object> values = new LinkedHashMap<>();
                map.entries().forEach(entry -> values.put(value(entry.key(), scope), value(entry.value(), scope)));
                yield values;
            }
            case Expression.Conditional choice -> {
                if (Values.truth(value(choice.condition(), scope))) {
                    yield value(choice.then(), scope);
                }
                yield choice.otherwise()
                        .map(otherwise -> value(otherwise, scope))
                        .orElseGet(() -> new Undefined("the condition does not hold and there is no else"));
            }
            case Expression.And and -> {
                Object left = value(and.left(), scope);
                yield Values.truth(left) ? value(and.right(), scope) : left;
            }
            case Expression.Or or -> {
                Object left = value(or.left(), scope);
                yield Values.truth(left) ? left : value(or.right(), scope);
            }
            case Expression.Not not -> !Values.truth(value(not.operand(), scope));
            case Expression.Negative negative -> Operators.apply("-", 0L, value(negative.operand(), scope));
            case Expression.Arithmetic operation ->
                Operators.apply(operation.operator(), value(operation.left(), scope), value(operation.right(), scope));
            case Expression.Compared compared -> compare(compared, scope);
            case Expression.Attribute attribute -> attribute(value(attribute.of(), scope), attribute.name());
            case Expression.Item item -> item(value(item.of(), scope), value(item.index(), scope));
            case Expression.Slice slice ->
                Values.slice(
                        value(slice.of(), scope),
                        optional(slice.start(), scope),
                        optional(slice.stop(), scope),
                        optional(slice.step(), scope));
            case Expression.Call call -> call(value(call.callee(), scope), arguments(call.given(), scope));
            case Expression.Filtered filtered ->
                Filters.apply(filtered.filter(), value(filtered.value(), scope), arguments(filtered.given(), scope));
            case Expression.Tested tested ->
                Tests.holds(tested.test(), value(tested.value(), scope), arguments(tested.given(), scope));
        };
    }

    private static Object call(Object callee, Arguments given) {
        return switch (callee) {
            case Callable function -> function.call(given);
            case Undefined undefined -> throw undefined.error();
            default -> throw new JinjaException("%s cannot be called".formatted(Values.type(callee)));
        };
    }

    private Object optional(Optional<Expression> expression, Scope scope) {
        return expression.map(present -> value(present, scope)).orElse(None.NONE);
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>();
        expressions.forEach(expression -> values.add(value(expression, scope)));
        return values;
    }

    private Arguments arguments(Given given, Scope scope) {
        Map<String, Object> named = new LinkedHashMap<>();
        given.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return new Arguments(values(given.positional(), scope), named);
    }

    private boolean compare(Expression.Compared compared, Scope scope) {
        Object left = value(compared.first(), scope);
        for (Expression.Comparison comparison : compared.rest()) {
            Object right = value(comparison.right(), scope);
            boolean holds = switch (comparison.operator()) {
                case "==" -> Values.equal(left, right);
                case "!=" -> !Values.equal(left, right);
                case "in" -> Values.contains(right, left);
                case "not in" -> !Values.contains(right, left);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                default -> Values.compare(left, right) >= 0;
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    /** A dot looks for a method first, then for an item. */
    private static Object attribute(Object of, String name) {
        return switch (of) {
            case Namespace space -> space.get(name);
            case Loop loop -> loop.get(name);
            case Undefined undefined -> throw undefined.error();
            default -> Methods.find(of, name).<Object>map(method -> method).orElseGet(() -> Values.item(of, name));
        };
    }

    /** Brackets look for an item first, then for a method. */
    private static Object item(Object of, Object index) {
        if (index instanceof String name) {
            if (of instanceof Namespace || of instanceof Loop) {
                return attribute(of, name);
            }
            Object found = Values.item(of, name);
            return found instanceof Undefined
                    ? Methods.find(of, name).<Object>map(method -> method).orElse(found)
                    : found;
        }
        return Values.item(of, index);
    }
}

package dev.plinth.server.jinja;

import dev.plinth.server.jinja.Expression.Given;
import dev.plinth.server.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From tokens to statements. Each method reads one construct and leaves the position behind it. */
final class Parser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
    /** Words that end a test, so that they are not its argument. */
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "is", "if", "in", "not");

    private final List<Token> tokens;
    private int at;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static List<Statement> parse(String template) {
        Parser parser = new Parser(Lexer.tokens(template));
        List<Statement> statements = parser.body(Set.of());
        if (parser.peek().kind() != Kind.END) {
            throw parser.error(
                    "unexpected \"" + parser.tokens.get(parser.at + 1).text() + "\"");
        }
        return statements;
    }

    /** Statements up to a block whose first word is one of these; the position is then on that word's block. */
    private List<Statement> body(Set<String> ends) {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = peek();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Text(next().text()));
                case PRINT -> {
                    next();
                    statements.add(new Statement.Print(tuple()));
                    expect(Kind.PRINT_END);
                }
                case BLOCK -> {
                    String word = tokens.get(at + 1).text();
                    if (ends.contains(word) || word.startsWith("end")) {
                        return statements;
                    }
                    next();
                    statements.add(block());
                }
                default -> {
                    if (!ends.isEmpty()) {
                        throw error("the template ends where one of " + ends + " is due");
                    }
                    return statements;
                }
            }
        }
    }

    private Statement block() {
        Token word = expect(Kind.NAME);
        return switch (word.text()) {
            case "if" -> branches();
            case "for" -> loop();
            case "set" -> set();
            case "macro" -> macro();
            case "call" -> call();
            case "filter" -> filter();
            case "with" -> with();
            case "generation" -> new Statement.Scoped(List.of(), bodyOf("generation"));
            case "break" -> ended(new Statement.Break());
            case "continue" -> ended(new Statement.Continue());
            default -> throw error("the tag \"" + word.text() + "\" is not supported");
        };
    }

    private Statement ended(Statement statement) {
        expect(Kind.BLOCK_END);
        return statement;
    }

    /** The rest of a block's head, its body and its end. */
    private List<Statement> bodyOf(String tag) {
        expect(Kind.BLOCK_END);
        List<Statement> body = body(Set.of("end" + tag));
        end("end" + tag);
        return body;
    }

    private void end(String word) {
        expect(Kind.BLOCK);
        if (!peek().name(word)) {
            throw error("\"" + word + "\" is due, not \"" + peek().text() + "\"");
        }
        next();
        expect(Kind.BLOCK_END);
    }

    private Statement branches() {
        List<Statement.Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        Set<String> ends = Set.of("elif", "else", "endif");
        Expression condition = tuple();
        while (true) {
            expect(Kind.BLOCK_END);
            branches.add(new Statement.Branch(condition, body(ends)));
            if (!tokens.get(at + 1).name("elif")) {
                break;
            }
            at += 2;
            condition = tuple();
        }
        if (tokens.get(at + 1).name("else")) {
            end("else");
            otherwise = body(Set.of("endif"));
        }
        end("endif");
        return new Statement.If(branches, otherwise);
    }

    private Statement loop() {
        List<String> targets = targets();
        if (!take("in")) {
            throw error("\"in\" is due in a for loop");
        }
        Expression items = orExpressions();
        Optional<Expression> condition = take("if") ? Optional.of(expression()) : Optional.empty();
        if (take("recursive")) {
            throw error("recursive loops are not supported");
        }
        expect(Kind.BLOCK_END);
        List<Statement> body = body(Set.of("else", "endfor"));
        List<Statement> otherwise = List.of();
        if (tokens.get(at + 1).name("else")) {
            end("else");
            otherwise = body(Set.of("endfor"));
        }
        end("endfor");
        return new Statement.For(targets, items, condition, body, otherwise);
    }

    /** Loops go over expressions without a condition, whose "if" is the loop's; several are a list. */
    private Expression orExpressions() {
        Expression first = or();
        if (!peek().operator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (takeOperator(",")) {
            items.add(or());
        }
        return new Expression.ListOf(items);
    }

    private Statement set() {
        String first = expect(Kind.NAME).text();
        if (takeOperator(".")) {
            String name = expect(Kind.NAME).text();
            operator("=");
            Expression value = tuple();
            return ended(new Statement.SetAttribute(first, name, value));
        }
        at--;
        List<String> targets = targets();
        if (takeOperator("=")) {
            Expression value = tuple();
            return ended(new Statement.SetNames(targets, value));
        }
        Expression filtered = filters(new Expression.Name(Statement.INPUT));
        return new Statement.SetBlock(targets.getFirst(), bodyOf("set"), filtered);
    }

    private List<String> targets() {
        boolean parentheses = takeOperator("(");
        List<String> targets = new ArrayList<>();
        do {
            targets.add(expect(Kind.NAME).text());
        } while (takeOperator(","));
        if (parentheses) {
            operator(")");
        }
        return targets;
    }

    private Statement macro() {
        String name = expect(Kind.NAME).text();
        List<Statement.Parameter> parameters = parameters();
        return new Statement.Macro(name, parameters, bodyOf("macro"));
    }

    private List<Statement.Parameter> parameters() {
        List<Statement.Parameter> parameters = new ArrayList<>();
        operator("(");
        while (!takeOperator(")")) {
            String name = expect(Kind.NAME).text();
            parameters.add(
                    new Statement.Parameter(name, takeOperator("=") ? Optional.of(expression()) : Optional.empty()));
            if (!peek().operator(")")) {
                operator(",");
            }
        }
        return parameters;
    }

    private Statement call() {
        List<Statement.Parameter> parameters = peek().operator("(") ? parameters() : List.of();
        if (!(expression() instanceof Expression.Call call)) {
            throw error("a call block needs a call");
        }
        return new Statement.CallBlock(parameters, call, bodyOf("call"));
    }

    private Statement filter() {
        Expression filtered = filter(new Expression.Name(Statement.INPUT));
        filtered = filters(filtered);
        return new Statement.FilterBlock(filtered, bodyOf("filter"));
    }

    private Statement with() {
        List<Statement.SetNames> names = new ArrayList<>();
        while (peek().kind() != Kind.BLOCK_END) {
            String name = expect(Kind.NAME).text();
            operator("=");
            names.add(new Statement.SetNames(List.of(name), expression()));
            takeOperator(",");
        }
        return new Statement.Scoped(names, bodyOf("with"));
    }

    /** An expression, or several with commas between: a list. */
    private Expression tuple() {
        Expression first = expression();
        if (!peek().operator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (takeOperator(",")) {
            Token token = peek();
            if (token.kind() == Kind.PRINT_END || token.kind() == Kind.BLOCK_END || token.operator(")")) {
                break;
            }
            items.add(expression());
        }
        return new Expression.ListOf(items);
    }

    private Expression expression() {
        Expression value = or();
        while (take("if")) {
            Expression condition = or();
            Optional<Expression> otherwise = take("else") ? Optional.of(expression()) : Optional.empty();
            value = new Expression.Conditional(condition, value, otherwise);
        }
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (take("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (take("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        return take("not") ? new Expression.Not(not()) : compare();
    }

    private Expression compare() {
        Expression first = sum();
        List<Expression.Comparison> rest = new ArrayList<>();
        while (true) {
            Token token = peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                rest.add(new Expression.Comparison(next().text(), sum()));
            } else if (take("in")) {
                rest.add(new Expression.Comparison("in", sum()));
            } else if (token.name("not") && tokens.get(at + 1).name("in")) {
                at += 2;
                rest.add(new Expression.Comparison("not in", sum()));
            } else {
                return rest.isEmpty() ? first : new Expression.Compared(first, rest);
            }
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (peek().operator("+") || peek().operator("-")) {
            left = new Expression.Arithmetic(next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (peek().operator("~")) {
            left = new Expression.Arithmetic(next().text(), left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (peek().operator("*") || peek().operator("/") || peek().operator("//") || peek().operator("%")) {
            left = new Expression.Arithmetic(next().text(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (peek().operator("**")) {
            left = new Expression.Arithmetic(next().text(), left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        Expression value;
        if (takeOperator("-")) {
            value = new Expression.Negative(unary(false));
        } else if (takeOperator("+")) {
            value = unary(false);
        } else {
            value = postfix(primary());
        }
        return withFilters ? filters(value) : value;
    }

    private Expression primary() {
        Token token = next();
        return switch (token.kind()) {
            case NAME -> name(token.text());
            case INTEGER -> new Expression.Literal(Long.valueOf(token.text()));
            case DECIMAL -> new Expression.Literal(Double.valueOf(token.text()));
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (peek().kind() == Kind.STRING) {
                    text.append(next().text());
                }
                yield new Expression.Literal(text.toString());
            }
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> parenthesised();
                    case "[" -> new Expression.ListOf(items("]"));
                    case "{" -> map();
                    default -> throw error("unexpected \"" + token.text() + "\"");
                };
            default -> throw error("an expression is due");
        };
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(None.NONE);
            default -> new Expression.Name(name);
        };
    }

    private Expression parenthesised() {
        if (takeOperator(")")) {
            return new Expression.ListOf(List.of());
        }
        Expression value = tuple();
        operator(")");
        return value;
    }

    private List<Expression> items(String closing) {
        List<Expression> items = new ArrayList<>();
        while (!takeOperator(closing)) {
            items.add(expression());
            if (!peek().operator(closing)) {
                operator(",");
            }
        }
        return items;
    }

    private Expression map() {
        List<Expression.Entry> entries = new ArrayList<>();
        while (!takeOperator("}")) {
            Expression key = expression();
            operator(":");
            entries.add(new Expression.Entry(key, expression()));
            if (!peek().operator("}")) {
                operator(",");
            }
        }
        return new Expression.MapOf(entries);
    }

    private Expression postfix(Expression of) {
        Expression value = of;
        while (true) {
            if (takeOperator(".")) {
                Token name = next();
                value = switch (name.kind()) {
                    case NAME -> new Expression.Attribute(value, name.text());
                    case INTEGER -> new Expression.Item(value, new Expression.Literal(Long.valueOf(name.text())));
                    default -> throw error("a name is due after \".\"");
                };
            } else if (takeOperator("[")) {
                value = subscript(value);
            } else if (takeOperator("(")) {
                value = new Expression.Call(value, given());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression of) {
        Optional<Expression> start = peek().operator(":") ? Optional.empty() : Optional.of(expression());
        if (start.isPresent() && takeOperator("]")) {
            return new Expression.Item(of, start.get());
        }
        operator(":");
        Optional<Expression> stop = sliceEnd();
        Optional<Expression> step = takeOperator(":") ? sliceEnd() : Optional.empty();
        operator("]");
        return new Expression.Slice(of, start, stop, step);
    }

    private Optional<Expression> sliceEnd() {
        return peek().operator(":") || peek().operator("]") ? Optional.empty() : Optional.of(expression());
    }

    /** Arguments, after the opening parenthesis. */
    private Given given() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!takeOperator(")")) {
            if (peek().kind() == Kind.NAME && tokens.get(at + 1).operator("=")) {
                String name = next().text();
                next();
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!peek().operator(")")) {
                operator(",");
            }
        }
        return new Given(positional, named);
    }

    /** Filters and tests behind a value. */
    private Expression filters(Expression of) {
        Expression value = of;
        while (true) {
            if (takeOperator("|")) {
                value = filter(value);
            } else if (peek().name("is")) {
                next();
                value = test(value);
            } else if (takeOperator("(")) { // a call of what a filter gave
                value = new Expression.Call(value, given());
            } else {
                return value;
            }
        }
    }

    private Expression filter(Expression value) {
        StringBuilder name = new StringBuilder(expect(Kind.NAME).text());
        while (takeOperator(".")) {
            name.append('.').append(expect(Kind.NAME).text());
        }
        return new Expression.Filtered(value, name.toString(), takeOperator("(") ? given() : Given.NOTHING);
    }

    private Expression test(Expression value) {
        boolean negated = take("not");
        String name = expect(Kind.NAME).text();
        Given given = Given.NOTHING;
        Token token = peek();
        if (takeOperator("(")) {
            given = given();
        } else if (token.kind() == Kind.STRING
                || token.kind() == Kind.INTEGER
                || token.kind() == Kind.DECIMAL
                || token.operator("[")
                || token.operator("{")
                || token.kind() == Kind.NAME && !AFTER_TEST.contains(token.text())) {
            given = new Given(List.of(postfix(primary())), Map.of());
        }
        Expression tested = new Expression.Tested(value, name, given);
        return negated ? new Expression.Not(tested) : tested;
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        return tokens.get(at++);
    }

    private boolean take(String word) {
        boolean there = peek().name(word);
        at += there ? 1 : 0;
        return there;
    }

    private boolean takeOperator(String operator) {
        boolean there = peek().operator(operator);
        at += there ? 1 : 0;
        return there;
    }

    private void operator(String operator) {
        if (!takeOperator(operator)) {
            throw error("\"" + operator + "\" is due, not \"" + peek().text() + "\"");
        }
    }

    private Token expect(Kind kind) {
        if (peek().kind() != kind) {
            throw error(kind + " is due, not " + peek().kind() + " \"" + peek().text() + "\"");
        }
        return next();
    }

    private JinjaException error(String what) {
        return new JinjaException("line " + peek().line() + ": " + what);
    }
}

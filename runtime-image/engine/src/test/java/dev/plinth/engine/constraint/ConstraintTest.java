package dev.plinth.engine.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ByteTokenizer BYTES = new ByteTokenizer();
    private static final int END = 256; // beside the bytes

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
        ab*c                      => ac,abbbc             => a,abb,abcd
        (yes|no|maybe)            => yes,no,maybe         => y,yesno
        ^[0-9]{2,3}$              => 12,123               => 1,1234
        \\d+(\\.\\d+)?            => 1,12.5               => 1.,.5
        [^a-y\\d]                 => z,Z,é,東,👋            => a,5,zz
        (?:a|b){2}                => ab,ba                => a,aba
        x?y+?z{0}                 => xy,yyy               => z,xyz
        .\\.[\\]a-c]              => q.],é.b              => q.d,qx]
        (?P<year>20\\d\\d)-\\w+   => 2026-ab_9            => 1999-a,2026-
        [α-ωА-Я]{2}               => αω,БЯ                => ab,я
        """)
    void anExpressionMatchesWholeTexts(String regex, String matching, String others) throws Exception {
        TokenGrammar grammar = grammar(new Grammar.WithRules(Regex.parse(regex.strip()), Map.of()));
        for (String text : matching.strip().split(",")) {
            assertThat(reads(grammar, text)).as(text).isTrue();
        }
        for (String text : others.strip().split(",")) {
            assertThat(reads(grammar, text)).as(text).isFalse();
        }
    }

    @Test
    void whatIsDrawnAtRandomAlwaysMatchesAsJavaUnderstandsIt() throws Exception {
        Random random = new Random(1);
        for (String regex :
                new String[] {"(a|bc)*d{1,4}", "[^\\s\"]{3}x?", "-?(0|[1-9]\\d{0,5})(\\.\\d{1,3})?", "é+|[à-ü]{2,4}"}) {
            TokenGrammar grammar = grammar(new Grammar.WithRules(Regex.parse(regex), Map.of()));
            for (int i = 0; i < 200; i++) {
                assertThat(drawn(grammar, random)).matches(Pattern.compile(regex));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        (a            | at character 1: the group is not closed
        a)            | at character 2: unexpected ")"
        [a            | at character 1: the class is not closed
        [z-a]         | the range is the wrong way round
        *a            | at character 1: there is nothing to repeat
        a{x}          | a count such as {2} or {2,5} is due
        a{5,2}        | counts must be in order and at most 10000
        (?=a)b        | look-around and flags are not supported
        (a)\\1        | \\1 is not supported
        \\bword       | \\b is not supported
        a^b           | anchors are supported only at the ends of the expression
        """)
    void anExpressionThatCannotBeReadIsRefusedByPlace(String regex, String message) {
        assertThatThrownBy(() -> Regex.parse(regex.strip()))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void expressionsThatAreTooLargeOrTooDeepAreRefused() {
        assertThatThrownBy(() -> grammar(new Grammar.WithRules(Regex.parse("((a{100}){100}){100}"), Map.of())))
                .hasMessage("the constraint is too large: repeat less often");
        assertThatThrownBy(() -> Regex.parse("(".repeat(100_000))).hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> grammar(new Grammar.WithRules(Regex.parse(""), Map.of())))
                .hasMessage("the constraint allows no text");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["b"]} | {"a": 1, "b": "x"};{"b":""};{"a":-7,"b":"\\u00e9\\n"} | {};{"a": 1};{"a": 01, "b": "x"};{"b": "x", "a": 1};{"b":"x","c":1}
        {"type": "array", "items": {"enum": ["x", 2, null]}, "minItems": 1, "maxItems": 2}                     | ["x"];[2, null]                                 | [];["x","x","x"];["y"]
        {"type": ["number", "null"]}                                                                           | 1;-0.5e3;null                                   | "1";true;.5
        {"anyOf": [{"type": "boolean"}, {"const": {"k": [1]}}]}                                                | true;{"k":[1]}                                  | {"k":[2]}
        {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "required": ["kids"]}}} | {"kids": [{"kids": []}, {"kids": [{"kids": []}]}]} | {"kids": [{}]}
        {"type": "string", "pattern": "^[A-Z]{2}$"}                                                            | "AB"                                            | "ABC";"ab"
        {"type": "string", "pattern": "b+"}                                                                    | "abba";"b"                                      | "aa"
        {"type": "string", "minLength": 2, "maxLength": 3}                                                     | "ab";"é東👋"                                     | "a";"abcd"
        {"type": "string", "format": "date"}                                                                   | "2026-11-27"                                    | "2026-13-01";"today"
        {"type": "object", "additionalProperties": {"type": "integer"}}                                        | {};{"x": 1, "y": 2}                             | {"x": "1"}
        {"type": "object", "properties": {}, "additionalProperties": false}                                    | {}                                              | {"a":1}
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}                            | [1, "a"]                                        | [1];["a", 1]
        {}                                                                                                     | 1;{"a": [true, {"b": null}]};"x"                | {a: 1};[1,];tru
        """)
    void aSchemaTakesWhatValidatesAndNothingElse(String schema, String valid, String invalid) throws Exception {
        TokenGrammar grammar = grammar(JsonSchema.of(JSON.readTree(schema)));
        for (String text : valid.strip().split(";")) {
            assertThat(reads(grammar, text)).as(text).isTrue();
        }
        for (String text : invalid.strip().split(";")) {
            assertThat(reads(grammar, text)).as(text).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}, \"b\": {\"enum\": [\"x\","
                        + " \"ü\"]}, \"c\": {\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"maxItems\": 3}},"
                        + " \"required\": [\"b\"]}"
            })
    void whatIsDrawnAtRandomIsAlwaysJson(String schema) throws Exception {
        Random random = new Random(2);
        TokenGrammar grammar = grammar(JsonSchema.of(JSON.readTree(schema)));
        for (int i = 0; i < 100; i++) {
            String text = drawn(grammar, random);
            JsonNode json = JSON.readTree(text);
            if (json.isObject() && schema.contains("required")) {
                assertThat(json.has("b")).as(text).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        []                                                                  | the schema: a schema must be an object
        {"type": "text"}                                                    | the schema: the type "text" is not known
        {"description": "x"}                                                | the schema: a schema must have a type
            {"type": "number", "minimum": 3}                                    | the schema: the keyword "minimum" is not supported
            {"type": "integer", "multipleOf": 3}                                | the schema: the keyword "multipleOf" is not supported
            {"type": "integer", "minimum": 3, "maximum": 2}                     | the schema: no whole number is from 3 to 2
            {"type": "integer", "minimum": 0.5}                                 | the schema: minimum must be a whole number
        {"type": "object", "properties": {"a": {"not": {}}}}                | the schema at /properties/a: a schema must have a type
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}} | the schema at /properties/a: pattern: the regular expression at character 1: the group is not closed
        {"type": "object", "required": ["x"]}                               | the required property "x" has no schema
        {"type": "object", "properties": 5}                                 | the schema: properties must be an object
        {"type": "array", "minItems": 3, "maxItems": 2}                     | minItems is more than maxItems
        {"$ref": "#/$defs/none"}                                            | $ref "#/$defs/none" leads nowhere
        {"$ref": "#"}                                                       | the definition "#" refers to itself without end
        {"allOf": [{"type": "integer"}, {"type": "number"}]}                | allOf of several schemas is not supported
        {"enum": []}                                                        | enum must name at least one value
        """)
    void aSchemaThatCannotBeKeptIsRefusedByPlaceAndKeyword(String schema, String message) {
        assertThatThrownBy(() -> grammar(JsonSchema.of(JSON.readTree(schema))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining(message);
    }

    @Test
    void wholeNumbersStayWithinTheirBounds() throws Exception {
        long[][] bounds = {{0, 7}, {-3, 120}, {95, 1005}, {-2000, -17}, {1, 1}};
        for (long[] bound : bounds) {
            String schema = "{\"type\": \"integer\", \"minimum\": %d, \"exclusiveMaximum\": %d}";
            TokenGrammar grammar = grammar(JsonSchema.of(JSON.readTree(schema.formatted(bound[0], bound[1] + 1))));
            for (long number = -3000; number <= 3000; number++) {
                assertThat(reads(grammar, Long.toString(number)))
                        .as("%d from %d to %d", number, bound[0], bound[1])
                        .isEqualTo(number >= bound[0] && number <= bound[1]);
            }
            assertThat(reads(grammar, "01")).isFalse();
            assertThat(reads(grammar, "-0")).isFalse();
        }
    }

    @Test
    void atEachPlaceExactlyTheTokensThatCanFollowAreAllowed() throws Exception {
        TokenGrammar.Follower text =
                grammar(new Grammar.WithRules(Regex.parse("ab|c+"), Map.of())).follow();

        assertThat(text.allowed()).isEqualTo(bits('a', 'c'));
        text.accept('c');
        assertThat(text.allowed()).isEqualTo(bits('c', END));
        assertThat(text.ended()).isFalse();
        TokenGrammar.Follower other =
                grammar(new Grammar.WithRules(Regex.parse("ab|c+"), Map.of())).follow();
        other.accept('a');
        other.accept('b');
        assertThat(other.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "([a-z]{0,300}){0,300}",
                "(([a-z]?x?){0,90}){0,90}",
                "([a-z]{0,100}|[a-m]{0,100}){0,200}",
                "(.*a.{40})+"
            })
    void anExpressionOfWhichVeryManyPartsMatchTheSameTextEndsItWithWordsBeforeOthersNotice(String regex)
            throws Exception {
        TokenGrammar grammar = grammar(new Grammar.WithRules(Regex.parse(regex), Map.of()));

        Random random = new Random(3);
        String text = random.ints(8000, 'a', 'c').mapToObj(Character::toString).collect(Collectors.joining());

        assertThatThrownBy(() -> read(grammar, text))
                .isInstanceOf(ConstraintFailedException.class)
                .hasMessageMatching(
                        "the (constraint takes too long to follow|texts of the constraint have too many).*");
        assertThat(grammar.fullness()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a-e ]{0,9000}", "([a-e]{1,20} ){0,1000}", "(([a-e]|a |e ){3}){0,2000}"})
    void oneOfWhichFewPartsMatchTheSameTextIsFollowedHoweverLongItIs(String regex) throws Exception {
        TokenGrammar grammar = grammar(new Grammar.WithRules(Regex.parse(regex), Map.of()));

        assertThat(read(grammar, "abcde ".repeat(900)).allowed().isEmpty()).isFalse();
    }

    @Test
    void whatWasFoundOutBeforehandIsToldLaterAFailureToo() throws Exception {
        TokenGrammar.Follower text =
                grammar(new Grammar.WithRules(Regex.parse("ab|c+"), Map.of())).follow();
        text.prepare();
        assertThat(text.allowed()).isEqualTo(bits('a', 'c'));

        TokenGrammar nested = grammar(new Grammar.WithRules(Regex.parse("([a-z]{0,300}){0,300}"), Map.of()));
        TokenGrammar.Follower deep = nested.follow();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 8000; i++) {
                        deep.prepare();
                        deep.allowed();
                        deep.accept('a');
                    }
                })
                .isInstanceOf(ConstraintFailedException.class);
        assertThatThrownBy(deep::allowed).isInstanceOf(ConstraintFailedException.class);
    }

    @Test
    void oneAmongThousandsOfTextsIsChosen() throws Exception {
        List<Grammar> texts = IntStream.range(0, 20_000)
                .<Grammar>mapToObj(i -> new Grammar.Literal("item-" + i))
                .toList();

        TokenGrammar grammar = grammar(new Grammar.WithRules(new Grammar.Choice(texts), Map.of()));

        assertThat(read(grammar, "item-19999").ended()).isTrue();
    }

    /** Each byte with a look at all that may come, as a sampler does. */
    private static TokenGrammar.Follower read(TokenGrammar grammar, String text) {
        TokenGrammar.Follower follower = grammar.follow();
        for (int token : BYTES.encode(text)) {
            assertThat(follower.allowed().get(token)).isTrue();
            follower.accept(token);
        }
        return follower;
    }

    private static BitSet bits(int... tokens) {
        BitSet bits = new BitSet();
        for (int token : tokens) {
            bits.set(token);
        }
        return bits;
    }

    private static TokenGrammar grammar(Grammar.WithRules grammar) throws ConstraintException {
        return new TokenGrammar(grammar, new Vocabulary(BYTES, 256), BYTES, Set.of(END));
    }

    private static boolean reads(TokenGrammar grammar, String text) {
        TokenGrammar.Follower follower = grammar.follow();
        for (int token : BYTES.encode(text)) {
            if (!follower.allows(token)) {
                return false;
            }
            follower.accept(token);
        }
        return follower.allows(END);
    }

    /** Draws evenly among what is allowed, the sooner the end the longer it lasts. */
    private static String drawn(TokenGrammar grammar, Random random) {
        TokenGrammar.Follower follower = grammar.follow();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < 5000; i++) {
            BitSet allowed = follower.allowed();
            int[] tokens = allowed.stream().toArray();
            boolean late = i > 40;
            int token = tokens[random.nextInt(tokens.length)];
            for (int closing : new int[] {'}', ']', '"'}) {
                token = late && allowed.get(closing) ? closing : token;
            }
            token = allowed.get(END) && random.nextInt(4) == 0 ? END : token;
            if (token == END) {
                return text.toString(StandardCharsets.UTF_8);
            }
            text.write(token);
            follower.accept(token);
            if (follower.ended()) {
                return text.toString(StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError("no end: " + text);
    }
}

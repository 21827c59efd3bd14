package dev.plinth.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolCallParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
        Plain text, a < b.                                                                            ¦ Plain text, a < b. ¦
        <tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>                                   ¦ ``                 ¦ f {"a":1}
        Let me see. <tool_call> {"name": "f", "arguments": {}} </tool_call> Done.                     ¦ Let me see.Done.   ¦ f {}
        <tool_call>{"name":"f","arguments":{}}</tool_call> <tool_call>{"name":"g","arguments":{"x":"</b>"}}</tool_call> ¦ `` ¦ f {};g {"x":"</b>"}
        <tool_call>{"name": "f", "arguments": {"cut": true}}                                          ¦ ``                 ¦ f {"cut":true}
        <tool_call>{"name": "f", "argum                                                               ¦ <tool_call>{"name": "f", "argum ¦
        <tool_call>{"name": "unknown", "arguments": {}}</tool_call>                                   ¦ <tool_call>{"name": "unknown", "arguments": {}}</tool_call> ¦
        {"name": "f", "parameters": {"a": [1, 2]}}                                                    ¦ ``                 ¦ f {"a":[1,2]}
        [TOOL_CALLS][{"name": "f", "arguments": {}}, {"name": "g", "arguments": {"b": 2}}]            ¦ ``                 ¦ f {};g {"b":2}
        [{"name": "g"}]                                                                               ¦ ``                 ¦ g {}
        {"type": "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}}                ¦ ``                 ¦ f {"a":1}
        {"name": "f", "parameters": {"a": "x}; {y"}}; {"name": "g", "parameters": {}}                  ¦ ``                 ¦ f {"a":"x}; {y"};g {}
        <|python_tag|>{"name": "f", "parameters": {"a": 1}}                                            ¦ ``                 ¦ f {"a":1}
        [f(a='it\\'s', b=[1, -2.5, None], c={"d": True}), g()]                                       ¦ ``                 ¦ f {"a":"it's","b":[1,-2.5,null],"c":{"d":true}};g {}
        <|python_start|>[f(a=1)]<|python_end|>                                                         ¦ ``                 ¦ f {"a":1}
        [f(1)]                                                                                         ¦ [f(1)]             ¦
        [unknown(a=1)]                                                                                 ¦ [unknown(a=1)]     ¦
        [TOOL_CALLS]f{"a": 1}[TOOL_CALLS]g{"b": "[TOOL"}                                               ¦ ``                 ¦ f {"a":1};g {"b":"[TOOL"}
        [TOOL_CALLS]f[CALL_ID]abc123def[ARGS]{"a": 1}                                                  ¦ ``                 ¦ f {"a":1}
        I will look. [TOOL_CALLS][{"name": "f", "arguments": {}}]                                      ¦ I will look.       ¦ f {}
        See [TOOL_CALLS] in the manual                                                                 ¦ See[TOOL_CALLS] in the manual ¦
        {"answer": 42}                                                                                ¦ {"answer": 42}     ¦
        [1, 2, 3] are numbers                                                                         ¦ [1, 2, 3] are numbers ¦
        a <tool and no call                                                                           ¦ a <tool and no call ¦
        """)
    void callsAreToldFromTextWhereverItIsCut(String said, String text, String calls) {
        for (int piece = 1; piece <= said.length(); piece = piece < 8 ? piece + 1 : piece * 2) {
            ToolCallParser parser = new ToolCallParser(new Tools(List.of(tool("f"), tool("g")), false, true));
            StringBuilder heard = new StringBuilder();
            List<String> found = new ArrayList<>();
            for (int at = 0; at < said.length(); at += piece) {
                heard.append(parser.text(said.substring(at, Math.min(said.length(), at + piece))));
                parser.found().forEach(call -> found.add(call.name() + " " + call.arguments()));
            }
            heard.append(parser.finish());
            parser.found().forEach(call -> found.add(call.name() + " " + call.arguments()));

            assertThat(heard).as("in pieces of %d", piece).hasToString(text);
            assertThat(String.join(";", found)).isEqualTo(calls == null ? "" : calls);
        }
    }

    @Test
    void argumentsInTagsAreOfTheTypesThatTheFunctionAsksFor() throws Exception {
        JsonNode function = new ObjectMapper().readTree("""
                {"function": {"name": "f", "parameters": {"type": "object", "properties": {"zip": {"type": "string"}, "n": {"type": "integer"}}}}}""");
        Tools.Tool tool = new Tools.Tool("f", "tools[0]", function);
        ToolCallParser parser = new ToolCallParser(new Tools(List.of(tool), false, true));

        String text = parser.text("""
                Sure. <tool_call>
                <function=f>
                <parameter=zip>
                01234
                </parameter>
                <parameter=n>
                3
                </parameter>
                <parameter=more>
                [1, "a"]
                </parameter>
                </function>
                </tool_call>""");

        assertThat(text).isEqualTo("Sure.");
        assertThat(parser.found())
                .extracting(ToolCall::arguments)
                .containsExactly("{\"zip\":\"01234\",\"n\":3,\"more\":[1,\"a\"]}");
    }

    @Test
    void anAnswerOfNothingButSeparatorsIsText() {
        ToolCallParser parser = new ToolCallParser(new Tools(List.of(tool("f")), false, true));
        String said = "[TOOL_CALLS] ;".repeat(50_000);

        assertThat(parser.text(said) + parser.finish()).isEqualTo(said);
        assertThat(parser.found()).isEmpty();
    }

    @Test
    void onlyOneIsTakenUnlessMoreMayBe() {
        ToolCallParser parser = new ToolCallParser(new Tools(List.of(tool("f")), false, false));
        parser.text("[{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"f\", \"arguments\": {}}]");
        parser.finish();

        assertThat(parser.found()).hasSize(1);
    }

    private static Tools.Tool tool(String name) {
        return new Tools.Tool(name, "tools[0]", JsonNodeFactory.instance.objectNode());
    }
}

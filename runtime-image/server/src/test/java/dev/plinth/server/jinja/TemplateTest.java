package dev.plinth.server.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out is what Jinja2 3.1 gives. */
class TemplateTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-03-05T14:07:09Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
        {{ [1, 2, 3][::-1] }}                                                                => [3, 2, 1]
        {{ 'Straße'[1:-1] }}, {{ 'abc'[-1] }}                                                => traß, c
        {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }}                    => 3 -4 2 3.5 1024
        {{ 1 < 2 <= 2 and not 3 in [1, 2] }}                                                 => True
        {{ 'a' ~ 1 ~ none ~ true }}                                                          => a1NoneTrue
        {{ {'a': [1.0, "it's"], 'b': {}} }}                                                  => {'a': [1.0, "it's"], 'b': {}}
        {{ x.y if x is defined else 'no' }}{{ missing }}                                     => no
        {% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }} => 6
        {% set n = 0 %}{% for i in range(3) %}{% set n = n + 1 %}{{ n }}{% endfor %}{{ n }} => 1110
        {% for k, v in map.items() if v > 1 %}{{ loop.index }}{{ k }}{{ loop.last }}{% else %}none{% endfor %} => 1bFalse2cTrue
        {% for c in [1, 2, 3, 4] %}{% if c == 2 %}{% continue %}{% elif c == 4 %}{% break %}{% endif %}{{ c }}{% endfor %} => 13
        {% macro m(a, b='B') %}<{{ a }}{{ b }}>{% endmacro %}{{ m(1) }}{{ m(a=2, b=3) }}    => <1B><23>
        {% macro m() %}[{{ caller('x') }}]{% endmacro %}{% call(y) m() %}{{ y }}{% endcall %} => [x]
        {% set t %} a {% endset %}{{ t | trim | upper }}{% filter upper %}b{% endfilter %}  => AB
        {{ '<a href="ü">' | tojson }} {{ map | tojson(indent=None) }}                        => "<a href=\\"ü\\">" {"b": 2, "a": 1, "c": 3}
        {{ map | dictsort | map('first') | join('-') }}                                      => a-b-c
        {{ [1, none, 'x'] | select('string') | list }} {{ users | selectattr('ok') | map(attribute='name') | list }} => ['x'] ['Bo']
        {{ users | map(attribute='age', default=0) | sum }} {{ 2.5 | round }} {{ '7' | int + 1 }} => 9 2.0 8
        {{ 'a,b,c'.split(',', 1) }} {{ ' x '.strip() }} {{ 'ab'.replace('a', 'c') }} {{ 'x'.startswith(('y', 'x')) }} => ['a', 'b,c'] x cb True
        {{ '%s has %d' % ('it', 3) }} {{ '%05s' % 'a' if false else 'ok' }}                 => it has 3 ok
        {{ 1e20 }} {{ 0.00001 }} {{ 100.0 }} {{ 1.5e3 }}                                     => 1e+20 1e-05 100.0 1500.0
        {{ strftime_now('%d %b %Y, %H:%M') }}                                                => 05 Mar 2026, 14:07
        {% raw %}{{ as is }}{% endraw %}{# nothing #}                                        => {{ as is }}
        {{ 3 is odd and 4 is divisibleby 2 and 'a' is not mapping and [] is iterable }}     => True
        {{ (none or 'x') and [] }}                                                           => []
        {{ users[0].name ~ users[-1]['name'] ~ map.get('z', 'Z') ~ map['a'] }}               => AlBoZ1
        """)
    void anExpressionMeansWhatItMeansInPython(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
        {{ missing.attribute }}          => 'missing' is undefined
        {{ users[0].mail.host }}         => 'dict object' has no attribute 'mail'
        {{ 'a' + 1 }}                    => str + int is not possible
        {{ range(10000000) }}            => a range of more than 100000 numbers
        {{ [].append(1) }}               => a template cannot change a list
        {% include 'x' %}                => line 1: the tag "include" is not supported
        {{ 1 | shout }}                  => the filter "shout" is not supported
        {% if true %}x                   => is due
        {{ 'open }}                      => line 1: a string is not closed
        {% macro m() %}{{ m() }}{% endmacro %}{{ m() }} => a macro calls itself without end
        """)
    void whatCannotBeIsSaid(String template, String message) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining(message);
    }

    @Test
    void blocksTakeTheirLineAndSignsTakeOrKeepWhiteSpace() {
        assertThat(render("a\n"
                        + "  {% if true %}\n"
                        + "  b\n"
                        + "  {%- endif %}\n\n"
                        + " c {{- ' d' -}} \n"
                        + " e\n"
                        + "{%+ if true +%}\n"
                        + "f{% endif %}\n"))
                .isEqualTo("a\n  b\n c de\n\nf");
    }

    @Test
    void aTemplateNestedTooDeepIsRefused() {
        assertThatThrownBy(() -> render("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}"))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("nested too deep");
    }

    private static String render(String template) {
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put("b", 2L);
        map.put("a", 1L);
        map.put("c", 3L);
        List<Map<String, Object>> users =
                List.of(Map.of("name", "Al", "ok", false), Map.of("name", "Bo", "ok", true, "age", 9L));
        return Template.parse(template).render(Map.of("map", map, "users", users), NOW);
    }
}

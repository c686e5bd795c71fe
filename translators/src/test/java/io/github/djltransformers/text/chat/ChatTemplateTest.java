package io.github.djltransformers.text.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected texts are those of Python's Jinja 3 with the settings of Hugging Face transformers. */
class ChatTemplateTest {
    private static final List<ChatMessage> MESSAGES =
            List.of(new ChatMessage("user", " Hi {{ 1 + 1 }} "), new ChatMessage("assistant", "Größe 😀"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "{{ messages[0]['content'] | trim }} @ Hi {{ 1 + 1 }}",
                "{{ messages[0].content.strip() }}|{{ messages[-1].role }} @ Hi {{ 1 + 1 }}|assistant",
                "{% for m in messages %}{{ loop.index0 }}{{ m.role }}{% if not loop.last %}, {% endif %}{% endfor %} @ 0user, 1assistant",
                "{% for m in messages[1:] %}{{ m['role'] }}{% endfor %} @ assistant",
                "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }} @ 2",
                "{{ messages | length }}{{ messages[1].content | length }} @ 27",
                "{% if tools is defined %}t{% else %}n{% endif %}{% if tools is not none %}x{% endif %} @ n",
                "{% if tools %}t{% endif %}{{ 'a' if messages else 'b' }}{{ missing }}| @ a|",
                "{{ messages[0] | tojson }} @ {\"role\": \"user\", \"content\": \" Hi {{ 1 + 1 }} \"}",
                "{{ {'a': [1, true], 'b': none} | tojson }} @ {\"a\": [1, true], \"b\": null}",
                "{%- macro f(x, y='z') -%} {{ x }}{{ y }} {%- endmacro -%} {{ f('a') }}{{ f('b', y='c') }} @ azbc",
                "{{ 'a' ~ 1 ~ 'b' }}{{ 'x' + 'y' }}{{ 7 // 2 }}{{ 7 % 2 }} @ a1bxy31",
                "{% if 'b' in 'abc' and 'role' in messages[0] and not 'q' in 'abc' %}in{% endif %} @ in",
                "{% for m in messages %}{% if m.role == 'user' %}{% continue %}{% endif %}{{ m.role }}{% endfor %} @ assistant",
                "{{ 'a,b,c'.split(',')[1] }}{{ 'abc'.startswith('a') and 'abc'.endswith('c') }} @ btrue",
                "{{ 'a</t>b</t>c'.split('</t>')[-1].lstrip('c') }}{{ '  x\\n'.rstrip() }}| @ `  x|`",
                "{% for k, v in messages[0].items() %}{{ k }};{% endfor %}{{ messages[0].get('x', 'no') }} @ role;content;no",
                "{{ messages | map(attribute='role') | join(', ') }} @ user, assistant",
                "{{ messages | selectattr('role', 'equalto', 'user') | list | length }} @ 1",
                "{{ bos_token }}{{ x | default('d') }}{{ 'aB' | upper }}{{ 'ab' | replace('a', 'c') }} @ <s>dABcb",
                "a{# a comment #}b{%- set x = 1 %}{{- x }} @ ab1",
                "{% generation %}g{% endgeneration %} @ g",
                "{{ 'it\\'s \"q\" \\\\ \\n'.strip() }} @ it's \"q\" \\",
                "{% if not messages[0].role == 'user' %}x{% endif %}{% if not tools is defined %}y{% endif %} @ y",
                "{% if not 'q' in messages[0] and not messages[0].role in ['a'] %}y{% endif %} @ y",
                "a {% if true %} b {% endif %} c @ a  b  c",
                "{% if messages[0].role != 'user' or not (tools is defined) %}y{% endif %} @ y",
                "{{ messages[0]['role'] == 'user' and messages[1]['role'] != 'user' }} @ true",
                "{% if (messages[0].role == 'user') != (1 % 2 == 0) %}y{% endif %} @ y",
                "{% set a, b = 'x', 'y' %}{{ a }}{{ b }} @ xy",
                "{% if not x %}y{% endif %}{% if tools is not defined or tools is none %}z{% endif %} @ yz",
                "{% if add_generation_prompt %}go{% endif %} @ go",
            })
    void rendersAsPython(String template, String expected) {
        assertEquals(expected, render(template));
    }

    @Test
    void blocksTakeTheirLineWithThem() {
        assertEquals("  a\nb\n", render("  {% if true %}\n  a\n  {% endif %}\nb\n\n"));
        assertEquals("  x  y", render("  {%+ if true %}x  {%+ endif %}y"));
        assertEquals("x\n", render("{% for m in messages[:1] %}\nx\n{% endfor %}\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "{{ raise_exception('roles must alternate') }}x @ which says: roles must alternate",
                "{{ messages | shuffle }} @ the filter shuffle",
                "{{ messages is callable }} @ the test callable",
                "{% for m in messages if m.role == 'user' %}{% endfor %} @ a loop with a condition",
                "{{ unknown(1) }} @ unknown",
                "{% frobnicate %} @ frobnicate",
                "{{ 'a'.repeat(1000000000) }} @ the method repeat of a text is not supported",
                "{{ ''.getClass().forName('java.lang.Runtime') }} @ getClass",
                "{{ messages.clear() }} @ the method clear of a list",
                "{% include '/etc/passwd' %} @ include",
                "{% import 'x' as y %} @ import",
                "{{ loop.previtem }}{% for m in messages %}{{ loop.previtem }}{% endfor %} @ loop.previtem is not supported",
                "{{ messages[ }} @ line 1",
            })
    void whatIsNotSupportedIsNamed(String template, String said) {
        String message = assertThrows(IllegalArgumentException.class, () -> render(template))
                .getMessage();
        assertTrue(message.startsWith("ChatTemplate: ") && message.contains(said), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
                "{% for a in range(9999) %}{% for b in range(9999) %}0123456789{% endfor %}{% endfor %}",
                "{% set x = namespace(s='ab') %}{% for a in range(99) %}{% set x.s = x.s + x.s %}{% endfor %}{{ x.s }}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}{{ nothing() }}"
            })
    void aTemplateEnds(String template) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThrows(IllegalArgumentException.class, () -> render(template)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{#", "{{ 'a", "{% for a in a ", "x if ", "{{ a is not ", "{% if not a ", "\t ", "{", "#}"})
    void whateverItHoldsItIsReadInOnePass(String part) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try {
                render(part.repeat(200_000 / part.length()));
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("ChatTemplate: "), e::getMessage);
            }
        });
    }

    /** One that is allowed and not there would be rendered as nothing. */
    @Test
    void theEngineHasWhatIsAllowed() {
        Context engine = new Jinjava().getGlobalContext();
        TemplateConstructs.FILTERS.forEach(name -> assertNotNull(engine.getFilter(name), name));
        TemplateConstructs.TESTS.forEach(name -> assertNotNull(engine.getExpTest(name), name));
    }

    @Test
    void bracesInLiteralsEndNothing() {
        assertEquals("}} %} {%", render("{{ '}} %} {%' }}"));
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}";
        assertThrows(IllegalArgumentException.class, () -> render(deep));
    }

    private static String render(String template) {
        return new ChatTemplate(template).render(MESSAGES, true, Map.of("bos_token", "<s>"));
    }
}

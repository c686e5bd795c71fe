package io.github.djltransformers.text.constraint;

import io.github.djltransformers.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.ByteRunAutomaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.RegExp;
import org.apache.lucene.util.automaton.UTF32ToUTF8;

/**
 * A set of texts, of which one is to be written, as a deterministic automaton over their bytes in UTF-8 (Willard and Louf 2023,
 * "Efficient Guided Generation for Large Language Models").
 */
public final class Constraint {
    /** How much work making an automaton deterministic may be; a wrong regular expression could take for ever. */
    static final int WORK_LIMIT = 1_000_000;

    private static final int BYTES = 256;

    /** Characters in UTF-8 (RFC 3629, section 4). */
    private static final Automaton UTF8 = Operations.determinize(
            Operations.repeat(Operations.union(List.of(
                    bytes(0x00, 0x7F),
                    bytes(0xC2, 0xDF, 0x80, 0xBF),
                    bytes(0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF),
                    bytes(0xE1, 0xEC, 0x80, 0xBF, 0x80, 0xBF),
                    bytes(0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF),
                    bytes(0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF),
                    bytes(0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF),
                    bytes(0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF),
                    bytes(0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF)))),
            WORK_LIMIT);

    private final ByteRunAutomaton automaton;
    private final int[] shortest;

    private Constraint(Automaton texts) {
        // Of ranges that need two, three or four bytes Lucene makes overlong sequences, too, which are no UTF-8.
        Automaton bytes = new UTF32ToUTF8().convert(Operations.determinize(texts, WORK_LIMIT));
        Automaton valid = Operations.intersection(Operations.determinize(bytes, WORK_LIMIT), UTF8);
        automaton = new ByteRunAutomaton(
                Operations.removeDeadStates(Operations.determinize(valid, WORK_LIMIT)), true, WORK_LIMIT);
        shortest = shortest(automaton);
        if (shortest[0] == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("Constraint: there must be a text that fits, got none");
        }
    }

    /** A byte of each range, from and to. */
    private static Automaton bytes(int... ranges) {
        List<Automaton> bytes = new ArrayList<>();
        for (int i = 0; i < ranges.length; i += 2) {
            bytes.add(Automata.makeCharRange(ranges[i], ranges[i + 1]));
        }
        return Operations.concatenate(bytes);
    }

    /**
     * One of some texts.
     *
     * @param texts at least one
     */
    public static Constraint anyOf(Collection<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("Constraint: texts must be at least one, got none");
        }
        return new Constraint(
                Operations.union(texts.stream().map(Automata::makeString).toList()));
    }

    /**
     * All of a text by a regular expression in the syntax of Lucene's {@code RegExp} without its optional operators: {@code | ? * +
     * {n,m} [] . () \\d \\w \\s}. It always is of the whole text; {@code ^} at its beginning and {@code $} at its end may say so.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Constraint regex(String expression) {
        return new Constraint(automaton(expression));
    }

    static Automaton automaton(String expression) {
        String bare = expression.replaceFirst("^\\^", "").replaceFirst("(?<!\\\\)\\$$", "");
        try {
            return Operations.determinize(new RegExp(bare, RegExp.NONE).toAutomaton(), WORK_LIMIT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    Text.format(
                            "Constraint: the regular expression must be valid, got %s: %s", expression, e.getMessage()),
                    e);
        }
    }

    /**
     * A JSON document of a schema, see {@link JsonSchema}.
     *
     * @param schema a JSON object
     * @throws IllegalArgumentException if it is none, or says what cannot be kept
     */
    public static Constraint jsonSchema(String schema) {
        return new Constraint(JsonSchema.automaton(schema));
    }

    /** Of each state how many bytes it is from a whole text at least. */
    private static int[] shortest(ByteRunAutomaton automaton) {
        int states = automaton.getSize();
        List<List<Integer>> before = new ArrayList<>();
        for (int state = 0; state < states; state++) {
            before.add(new ArrayList<>());
        }
        int[] distances = new int[states];
        Arrays.fill(distances, Integer.MAX_VALUE);
        Deque<Integer> queue = new ArrayDeque<>();
        for (int state = 0; state < states; state++) {
            int last = -1;
            for (int value = 0; value < BYTES; value++) {
                int next = automaton.step(state, value);
                if (next >= 0 && next != last) {
                    before.get(next).add(state);
                    last = next;
                }
            }
            if (automaton.isAccept(state)) {
                distances[state] = 0;
                queue.add(state);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            for (int earlier : before.get(state)) {
                if (distances[earlier] == Integer.MAX_VALUE) {
                    distances[earlier] = distances[state] + 1;
                    queue.add(earlier);
                }
            }
        }
        return distances;
    }

    /** Where a byte leads, or -1. */
    int step(int state, int value) {
        return automaton.step(state, value);
    }

    /** Where bytes lead, or -1. */
    int step(int state, byte... bytes) {
        int at = state;
        for (int i = 0; i < bytes.length && at >= 0; i++) {
            at = automaton.step(at, bytes[i] & 0xFF);
        }
        return at;
    }

    /** Whether a text may end there. */
    boolean ends(int state) {
        return automaton.isAccept(state);
    }

    /** How many bytes a state is from a whole text at least. */
    int distance(int state) {
        return shortest[state];
    }

    /** Whether a text is one of the set. */
    public boolean matches(String text) {
        int state = step(0, text.getBytes(StandardCharsets.UTF_8));
        return state >= 0 && ends(state);
    }
}

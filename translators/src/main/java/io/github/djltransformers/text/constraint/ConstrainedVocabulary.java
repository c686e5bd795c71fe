package io.github.djltransformers.text.constraint;

import io.github.djltransformers.Text;
import io.github.djltransformers.decode.TokenFilter;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * A constraint over the tokens of a vocabulary: which of them may follow each state of its automaton is found when the state is
 * first met, by one walk over the vocabulary in the order of its bytes, and kept. Used by many threads.
 */
public final class ConstrainedVocabulary {
    private static final byte[] BLANK = {' '};

    /** What no state of an automaton is: that before the first token, and that behind the end. */
    private static final int FIRST = -2;

    private static final int END = -1;

    private static final Successors NOTHING = new Successors(new int[0], new int[0], Integer.MAX_VALUE);

    private final Constraint constraint;
    private final VocabularyBytes vocabulary;
    private final Map<Integer, Successors> known = new ConcurrentHashMap<>();

    /**
     * The tokens that may follow.
     *
     * @param farthest how many bytes a whole text may be away behind one
     * @param ends tokens that may end the text there
     */
    private record Allowed(Successors next, int farthest, Set<Integer> ends) implements IntPredicate {
        @Override
        public boolean test(int token) {
            return ends.contains(token) || next.distance(token) <= farthest;
        }

        /** Takes the scores of all others. */
        void leave(float... scores) {
            float[] before = scores.clone();
            Arrays.fill(scores, Float.NEGATIVE_INFINITY);
            ends.forEach(id -> scores[id] = before[id]);
            for (int i = 0; i < next.tokens.length; i++) {
                if (next.distances[i] <= farthest) {
                    scores[next.tokens[i]] = before[next.tokens[i]];
                }
            }
        }
    }

    /**
     * What may follow a state.
     *
     * @param tokens that may, ascending
     * @param distances how many bytes a whole text is away behind each
     * @param nearest of them
     */
    private record Successors(int[] tokens, int[] distances, int nearest) {
        /** Behind a token; no text is as far as behind one that may not follow. */
        int distance(int token) {
            int place = Arrays.binarySearch(tokens, token);
            return place < 0 ? Integer.MAX_VALUE : distances[place];
        }
    }

    /**
     * @param tokenizer of a byte-level vocabulary, or of one of pieces with a mark for blanks
     */
    public ConstrainedVocabulary(Constraint constraint, TextTokenizer tokenizer) {
        this.constraint = constraint;
        vocabulary = new VocabularyBytes(tokenizer);
    }

    /**
     * Lets only tokens be chosen that go on with a text of the constraint, and the end where it is whole; near the limit only
     * those that lead to a whole text in time, each byte being a token at worst.
     *
     * @param promptLength tokens before the first new one
     * @param maxNewTokens the most new ones, with the end token
     * @param endIds the tokens that end a text
     * @throws IllegalArgumentException if no token ends a text, or not even the shortest one fits
     */
    public TokenFilter processor(int promptLength, int maxNewTokens, Set<Integer> endIds) {
        if (endIds.isEmpty()) {
            throw new IllegalArgumentException(
                    "ConstrainedVocabulary: endIds must have a token, with which a text ends that fits, got none");
        }
        int least = constraint.distance(0) + 1;
        if (least > maxNewTokens) {
            throw new IllegalArgumentException(Text.format(
                    "ConstrainedVocabulary: maxNewTokens must be at least %d for any text of the constraint, got %d",
                    least, maxNewTokens));
        }
        return new TokenFilter() {
            @Override
            public Allowed after(int... sequence) {
                int state = sequence.length == promptLength ? FIRST : state(promptLength, endIds, sequence);
                return allowed(state, maxNewTokens - (sequence.length - promptLength), endIds);
            }

            @Override
            public void process(int[] sequence, float[] scores) {
                after(sequence).leave(scores);
            }
        };
    }

    /** Where what was written leads. */
    private int state(int promptLength, Set<Integer> endIds, int... sequence) {
        int state = 0;
        for (int i = promptLength; i < sequence.length && state != END; i++) {
            byte[] bytes = vocabulary.of(sequence[i]);
            if (bytes == null || endIds.contains(sequence[i])) {
                return END;
            }
            state = i == promptLength ? afterFirst(bytes) : constraint.step(state, bytes);
        }
        return state;
    }

    /** The blank of a first token is not written by vocabularies of pieces, and need not be there. */
    private int afterFirst(byte... bytes) {
        boolean stripped = vocabulary.stripsFirstBlank() && bytes[0] == BLANK[0];
        return constraint.step(0, stripped ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private boolean ends(int state) {
        return state == END || state != FIRST && constraint.ends(state) || state == FIRST && constraint.ends(0);
    }

    private Allowed allowed(int state, int left, Set<Integer> endIds) {
        if (state == END) {
            return new Allowed(NOTHING, -1, endIds);
        }
        Successors next = known.computeIfAbsent(state, this::successors);
        Set<Integer> ends = ends(state) ? endIds : Set.of();
        // The token itself, the bytes behind it, and the end.
        int farthest = left - 2;
        if (ends.isEmpty() && next.nearest > farthest) {
            throw new IllegalStateException(
                    "ConstrainedVocabulary: the vocabulary must have a token that goes on with a text of"
                            + " the constraint, got none; it lacks single bytes");
        }
        return new Allowed(next, farthest, ends);
    }

    private Successors successors(int state) {
        int[] sorted = vocabulary.sorted();
        Map<Integer, Integer> found = new TreeMap<>();
        byte[] path = {};
        int[] states = {Math.max(0, state)};
        int alive = 0; // how many bytes of the path the automaton takes
        for (int id : sorted) {
            byte[] bytes = vocabulary.of(id);
            int common = Arrays.mismatch(path, 0, path.length, bytes, 0, bytes.length);
            common = common < 0 ? bytes.length : common;
            boolean pruned = common > alive;
            if (!pruned) {
                if (states.length <= bytes.length) {
                    states = Arrays.copyOf(states, 2 * bytes.length + 1);
                }
                alive = common;
                while (alive < bytes.length) {
                    int next = constraint.step(states[alive], bytes[alive] & 0xFF);
                    if (next < 0) {
                        break;
                    }
                    states[++alive] = next;
                }
                path = bytes;
            }
            int end = pruned ? -1 : alive == bytes.length ? states[alive] : -1;
            if (state == FIRST && vocabulary.stripsFirstBlank() && bytes[0] == BLANK[0]) {
                end = bytes.length == 1 ? END : afterFirst(bytes); // a blank alone would be no beginning
            }
            if (end >= 0) {
                found.put(id, constraint.distance(end));
            }
        }
        int[] tokens = found.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] distances = found.values().stream().mapToInt(Integer::intValue).toArray();
        return new Successors(tokens, distances, Arrays.stream(distances).min().orElse(Integer.MAX_VALUE));
    }
}

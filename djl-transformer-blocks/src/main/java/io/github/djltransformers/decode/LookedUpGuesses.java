package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;

/** {@link PromptLookup} for one sequence. */
final class LookedUpGuesses implements Guesses {
    private final int ngram;
    private final int[] source;

    /**
     * @param source what the model has read before; may be empty
     */
    LookedUpGuesses(int ngram, int[] source) {
        this.ngram = ngram;
        this.source = source;
    }

    @Override
    public List<Guess> after(int[] sequence, int count) {
        for (int length = Math.min(ngram, sequence.length); length > 0; length--) {
            for (int[] text : new int[][] {sequence, source}) {
                List<Guess> found = after(text, sequence, length, count);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    /** What follows the last tokens of a sequence where they are last found in a text. */
    private static List<Guess> after(int[] text, int[] sequence, int length, int count) {
        int from = sequence.length - length;
        for (int at = text.length - length - 1; at >= 0; at--) {
            int same = 0;
            while (same < length && text[at + same] == sequence[from + same]) {
                same++;
            }
            if (same == length) {
                List<Guess> guesses = new ArrayList<>();
                for (int i = at + length; i < text.length && guesses.size() < count; i++) {
                    guesses.add(new Guess(text[i], null));
                }
                return guesses;
            }
        }
        return List.of();
    }

    @Override
    public void close() {}
}

package io.github.djltransformers.decode;

/**
 * Guesses that what followed the newest tokens before will follow again, in the source, the prompt or what was written: for texts
 * that repeat much of what they are about.
 *
 * @param tokens {@code prompt_lookup_num_tokens}: how many are guessed at a time, at most
 * @param ngram {@code max_matching_ngram_size}: how many of the newest tokens are looked for, at most; the last place of the
 *     longest run wins
 */
public record PromptLookup(int tokens, int ngram) implements Speculation {
    /**
     * @throws IllegalArgumentException naming what must be otherwise
     */
    public PromptLookup {
        if (tokens < 1 || ngram < 1) {
            throw new IllegalArgumentException(
                    "PromptLookup: tokens and ngram must be positive, got " + tokens + " and " + ngram);
        }
    }

    /** Looks for runs of two tokens, as Hugging Face does. */
    public static PromptLookup of(int tokens) {
        return new PromptLookup(tokens, 2);
    }
}

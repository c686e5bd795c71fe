package io.github.djltransformers.text.translate;

import io.github.djltransformers.ModelArguments;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How texts are translated.
 *
 * @param beams the unfinished translations kept for each text; 1 is greedy search
 * @param nBest how many translations a text gets, at most {@code beams}
 * @param lengthPenalty the exponent p of {@code score = log-probability / n^p}, n the number of tokens
 * @param maxLength the greatest length of a text in tokens, the end token included; the model's own limit where that is
 *     less
 * @param tooLong what to do with a longer text
 * @param maxNewTokens the greatest length of a translation in tokens, the end token included; the model's own limit where
 *     that is less
 * @param lengthFactor with {@code lengthOffset}: a translation has at most factor times as many tokens as its text, and so
 *     many more, so that a text unlike any in training does not run away
 * @param lengthOffset see {@code lengthFactor}
 * @param batchTokens how many tokens, padding included, are read side by side: more is faster and needs more memory. Any
 *     number of texts can be translated at once; they are sorted by length and cut into such batches
 * @param markers the tokens of the tokenizer that frame a text
 */
public record TranslationConfig(
        int beams,
        int nBest,
        double lengthPenalty,
        int maxLength,
        TooLong tooLong,
        int maxNewTokens,
        double lengthFactor,
        int lengthOffset,
        int batchTokens,
        MarkerTokens markers) {
    /** One translation by beam search with 4 beams, of texts as long as the model takes; longer ones are cut. */
    public static final TranslationConfig DEFAULT =
            new TranslationConfig(4, 1, 1, Integer.MAX_VALUE, TooLong.CUT, 256, 2, 8, 4096, MarkerTokens.STANDARD);

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public TranslationConfig {
        Objects.requireNonNull(tooLong, "tooLong");
        Objects.requireNonNull(markers, "markers");
        require(beams >= 1, "beams", "be at least 1", beams);
        require(nBest >= 1 && nBest <= beams, "nBest", "be in [1, beams = " + beams + "]", nBest);
        require(Double.isFinite(lengthPenalty), "lengthPenalty", "be finite", lengthPenalty);
        require(maxLength >= 2, "maxLength", "be at least 2 (a token and the end token)", maxLength);
        require(maxNewTokens >= 1, "maxNewTokens", "be at least 1", maxNewTokens);
        require(lengthFactor >= 0 && Double.isFinite(lengthFactor), "lengthFactor", "be at least 0", lengthFactor);
        require(lengthOffset >= 1, "lengthOffset", "be at least 1", lengthOffset);
        require(batchTokens >= 1, "batchTokens", "be at least 1", batchTokens);
    }

    /** How many tokens, the end token included, the translation of a text of so many may have. */
    int limit(int sourceTokens) {
        return (int) Math.min(maxNewTokens, lengthFactor * sourceTokens + lengthOffset);
    }

    private static void require(boolean holds, String argument, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("TranslationConfig: " + argument + " must " + rule + ", got " + actual);
        }
    }

    /**
     * Reads a configuration from the arguments of a model: {@code beam}, {@code nBest}, {@code lengthPenalty},
     * {@code maxLength}, {@code onTooLong} ({@code cut} or {@code refuse}), {@code maxNewTokens}, {@code lengthFactor}, {@code lengthOffset}, {@code batchTokens} and the tokens {@code padToken}, {@code startToken}
     * and {@code endToken}.
     * Absent ones are as in {@link #DEFAULT}; others are none of its business.
     *
     * @param arguments numbers, or their text
     * @return the configuration
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public static TranslationConfig of(Map<String, ?> arguments) {
        ModelArguments from = new ModelArguments("TranslationConfig", arguments);
        return new TranslationConfig(
                from.wholeNumber("beam", DEFAULT.beams),
                from.wholeNumber("nBest", DEFAULT.nBest),
                from.value("lengthPenalty", "be a number", DEFAULT.lengthPenalty, Double::valueOf),
                from.wholeNumber("maxLength", DEFAULT.maxLength),
                from.constant("onTooLong", TooLong.class, DEFAULT.tooLong),
                from.wholeNumber("maxNewTokens", DEFAULT.maxNewTokens),
                from.value("lengthFactor", "be a number", DEFAULT.lengthFactor, Double::valueOf),
                from.wholeNumber("lengthOffset", DEFAULT.lengthOffset),
                from.wholeNumber("batchTokens", DEFAULT.batchTokens),
                new MarkerTokens(
                        from.value("padToken", "be a token", DEFAULT.markers.padding(), text -> text),
                        from.value("startToken", "be a token", DEFAULT.markers.start(), text -> text),
                        from.value("endToken", "be a token", DEFAULT.markers.end(), text -> text)));
    }

    /** The arguments that {@link #of} reads. */
    public static final List<String> ARGUMENTS = List.of(
            "beam",
            "nBest",
            "lengthPenalty",
            "maxLength",
            "onTooLong",
            "maxNewTokens",
            "lengthFactor",
            "lengthOffset",
            "batchTokens",
            "padToken",
            "startToken",
            "endToken");
}

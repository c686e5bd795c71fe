package io.github.djltransformers.text.translate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

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
        return new TranslationConfig(
                wholeNumber(arguments, "beam", DEFAULT.beams),
                wholeNumber(arguments, "nBest", DEFAULT.nBest),
                value(arguments, "lengthPenalty", "be a number", DEFAULT.lengthPenalty, Double::valueOf),
                wholeNumber(arguments, "maxLength", DEFAULT.maxLength),
                value(arguments, "onTooLong", "be cut or refuse", DEFAULT.tooLong, TranslationConfig::tooLong),
                wholeNumber(arguments, "maxNewTokens", DEFAULT.maxNewTokens),
                value(arguments, "lengthFactor", "be a number", DEFAULT.lengthFactor, Double::valueOf),
                wholeNumber(arguments, "lengthOffset", DEFAULT.lengthOffset),
                wholeNumber(arguments, "batchTokens", DEFAULT.batchTokens),
                new MarkerTokens(
                        value(arguments, "padToken", "be a token", DEFAULT.markers.padding(), text -> text),
                        value(arguments, "startToken", "be a token", DEFAULT.markers.start(), text -> text),
                        value(arguments, "endToken", "be a token", DEFAULT.markers.end(), text -> text)));
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

    /** JSON gives whole numbers as 4.0. */
    private static int wholeNumber(Map<String, ?> arguments, String name, int absent) {
        return value(arguments, name, "be a whole number", absent, text -> {
            double number = Double.parseDouble(text);
            if (number != (int) number) {
                throw new NumberFormatException(text);
            }
            return (int) number;
        });
    }

    private static TooLong tooLong(String text) {
        return Arrays.stream(TooLong.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    private static <V> V value(
            Map<String, ?> arguments, String name, String rule, V absent, Function<String, V> parse) {
        Object value = arguments.get(name);
        if (value == null) {
            return absent;
        }
        try {
            return parse.apply(value.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("TranslationConfig: " + name + " must " + rule + ", got " + value, e);
        }
    }
}

package io.github.djltransformers.text.translate;

import com.google.gson.JsonObject;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.text.constraint.Constraint;
import io.github.djltransformers.text.generate.WritingArguments;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How texts are translated.
 *
 * @param generation how translations are written; the tokens that end them are those of the markers
 * @param constraint what a translation must be, or null for anything
 * @param phrases what must appear in every translation
 * @param alignments whether it is told which words come from which
 * @param maxLength the greatest length of a text in tokens, the end token included; the model's own limit where that is
 *     less
 * @param tooLong what to do with a longer text
 * @param lengthFactor with {@code lengthOffset}: a translation has at most factor times as many tokens as its text, and so
 *     many more, so that a text unlike any in training does not run away
 * @param lengthOffset see {@code lengthFactor}
 * @param batchTokens how many tokens, padding included, are read side by side: more is faster and needs more memory. Any
 *     number of texts can be translated at once; they are sorted by length and cut into such batches
 * @param markers the tokens of the tokenizer that frame a text
 */
public record TranslationConfig(
        GenerationConfig generation,
        Constraint constraint,
        List<String> phrases,
        boolean alignments,
        int maxLength,
        TooLong tooLong,
        double lengthFactor,
        int lengthOffset,
        int batchTokens,
        MarkerTokens markers) {
    private static final int BEAMS = 4;
    private static final int MAX_NEW_TOKENS = 256;

    /** One translation by beam search with 4 beams, of texts as long as the model takes; longer ones are cut. */
    public static final TranslationConfig DEFAULT = new TranslationConfig(
            GenerationConfig.builder()
                    .optBeams(BEAMS)
                    .optMaxNewTokens(MAX_NEW_TOKENS)
                    .build(),
            null,
            List.of(),
            false,
            Integer.MAX_VALUE,
            TooLong.CUT,
            2,
            8,
            4096,
            MarkerTokens.STANDARD);

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public TranslationConfig {
        Objects.requireNonNull(generation, "generation");
        Objects.requireNonNull(tooLong, "tooLong");
        Objects.requireNonNull(markers, "markers");
        phrases = List.copyOf(phrases);
        require(maxLength >= 2, "maxLength", "be at least 2 (a token and the end token)", maxLength);
        require(lengthFactor >= 0 && Double.isFinite(lengthFactor), "lengthFactor", "be at least 0", lengthFactor);
        require(lengthOffset >= 1, "lengthOffset", "be at least 1", lengthOffset);
        require(batchTokens >= 1, "batchTokens", "be at least 1", batchTokens);
    }

    /** How many tokens, the end token included, the translation of a text of so many may have. */
    int limit(int sourceTokens) {
        return (int) Math.min(generation.maxNewTokens(), lengthFactor * sourceTokens + lengthOffset);
    }

    private static void require(boolean holds, String argument, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("TranslationConfig: " + argument + " must " + rule + ", got " + actual);
        }
    }

    /**
     * Reads a configuration from the arguments of a model: those of {@link WritingArguments}, {@code alignments} (true, false), {@code maxLength}, {@code onTooLong}
     * ({@code cut} or {@code refuse}), {@code lengthFactor}, {@code lengthOffset}, {@code batchTokens} and the tokens {@code padToken},
     * {@code startToken} and {@code endToken}.
     * Absent ones are as in {@link #DEFAULT}, without beams where tokens are drawn or contrasted; others are none of its business.
     *
     * @param arguments numbers, or their text
     * @return the configuration
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public static TranslationConfig of(Map<String, ?> arguments) {
        ModelArguments from = new ModelArguments("TranslationConfig", arguments);
        WritingArguments writing = new WritingArguments(from);
        return new TranslationConfig(
                generation(writing.wishes()),
                writing.constraint(),
                writing.phrases(),
                from.flag("alignments", false),
                from.wholeNumber("maxLength", DEFAULT.maxLength),
                from.constant("onTooLong", TooLong.class, DEFAULT.tooLong),
                from.value("lengthFactor", "be a number", DEFAULT.lengthFactor, Double::valueOf),
                from.wholeNumber("lengthOffset", DEFAULT.lengthOffset),
                from.wholeNumber("batchTokens", DEFAULT.batchTokens),
                new MarkerTokens(
                        from.value("padToken", "be a token", DEFAULT.markers.padding(), text -> text),
                        from.value("startToken", "be a token", DEFAULT.markers.start(), text -> text),
                        from.value("endToken", "be a token", DEFAULT.markers.end(), text -> text)));
    }

    private static GenerationConfig generation(JsonObject wishes) {
        JsonObject all = new JsonObject();
        boolean draws = wishes.has("do_sample") && wishes.get("do_sample").getAsBoolean();
        boolean contrasts =
                wishes.has("penalty_alpha") && wishes.get("penalty_alpha").getAsDouble() > 0;
        all.addProperty("num_beams", draws || contrasts ? 1 : BEAMS);
        all.addProperty("max_new_tokens", MAX_NEW_TOKENS);
        wishes.asMap().forEach(all::add);
        return GenerationConfigJson.of(all);
    }

    /** The arguments that {@link #of} reads. */
    public static final List<String> ARGUMENTS = Stream.concat(
                    WritingArguments.NAMES.stream(),
                    Stream.of(
                            "alignments",
                            "maxLength",
                            "onTooLong",
                            "lengthFactor",
                            "lengthOffset",
                            "batchTokens",
                            "padToken",
                            "startToken",
                            "endToken"))
            .toList();
}

package io.github.djltransformers.text.generate;

import com.google.gson.JsonObject;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.decode.RequiredPhrase;
import io.github.djltransformers.text.constraint.Constraint;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What arguments say of how texts are written, whatever writes them: {@code beam}, {@code beamGroups}, {@code diversityPenalty},
 * {@code nBest}, {@code maxNewTokens}, {@code minNewTokens}, {@code lengthPenalty}, {@code repetitionPenalty}, {@code presencePenalty},
 * {@code frequencyPenalty}, {@code noRepeatNgramSize} and {@code penaltyAlpha} (with {@code topK}, see {@link
 * io.github.djltransformers.decode.Contrast}); {@code sample} (true, false) says whether tokens are drawn, which any of
 * {@code temperature}, {@code topK}, {@code topP}, {@code minP}, {@code typicalP}, {@code epsilonCutoff}, {@code etaCutoff} and
 * {@code seed} asks for, too (see {@link io.github.djltransformers.decode.Sampling}); {@code regex}, {@code jsonSchema} or {@code
 * choices} (texts, a line each) says what a text must be (see {@link Constraint}), {@code phrases} (a line each) what must
 * appear in it (see {@link RequiredPhrase}).
 */
public final class WritingArguments {
    /** Whole numbers by argument: the key of {@code generation_config.json}, and the least that it may be. */
    private static final Map<String, Count> COUNTS = new TreeMap<>(Map.of(
            "beam", new Count("num_beams", 1),
            "beamGroups", new Count("num_beam_groups", 1),
            "maxNewTokens", new Count("max_new_tokens", 1),
            "minNewTokens", new Count("min_new_tokens", 0),
            "nBest", new Count("num_return_sequences", 1),
            "noRepeatNgramSize", new Count("no_repeat_ngram_size", 0)));

    private static final Map<String, String> NUMBERS = new TreeMap<>(Map.of(
            "diversityPenalty", "diversity_penalty",
            "frequencyPenalty", "frequency_penalty",
            "lengthPenalty", "length_penalty",
            "penaltyAlpha", "penalty_alpha",
            "presencePenalty", "presence_penalty",
            "repetitionPenalty", "repetition_penalty"));

    /** Numbers that ask for sampling. */
    private static final Map<String, String> OF_SAMPLING = new TreeMap<>(Map.of(
            "epsilonCutoff", "epsilon_cutoff",
            "etaCutoff", "eta_cutoff",
            "minP", "min_p",
            "seed", "seed",
            "temperature", "temperature",
            "topK", "top_k",
            "topP", "top_p",
            "typicalP", "typical_p"));

    private static final String SAMPLE = "sample";
    private static final String DO_SAMPLE = "do_sample";
    private static final String REGEX = "regex";
    private static final String JSON_SCHEMA = "jsonSchema";
    private static final String CHOICES = "choices";
    private static final String PHRASES = "phrases";

    /** The names of all. */
    public static final List<String> NAMES = Stream.of(
                    COUNTS.keySet().stream(),
                    NUMBERS.keySet().stream(),
                    OF_SAMPLING.keySet().stream(),
                    Stream.of(SAMPLE, REGEX, JSON_SCHEMA, CHOICES, PHRASES))
            .flatMap(names -> names)
            .sorted()
            .toList();

    private final ModelArguments arguments;

    private record Count(String key, int least) {}

    /**
     * @param arguments among which others may be
     */
    public WritingArguments(ModelArguments arguments) {
        this.arguments = arguments;
    }

    /**
     * As keys of {@code generation_config.json}, of what is given alone.
     *
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public JsonObject wishes() {
        JsonObject wishes = new JsonObject();
        COUNTS.forEach((name, count) -> {
            int value = arguments.wholeNumber(name, count.least, Integer.MAX_VALUE);
            if (value != Integer.MAX_VALUE) {
                wishes.addProperty(count.key, value);
            }
        });
        NUMBERS.forEach((name, key) -> add(wishes, name, key));
        OF_SAMPLING.forEach((name, key) -> {
            if (add(wishes, name, key)) {
                wishes.addProperty(DO_SAMPLE, true);
            }
        });
        arguments.value(SAMPLE, "be true or false", null, text -> {
            wishes.addProperty(DO_SAMPLE, arguments.flag(SAMPLE, false));
            return text;
        });
        boolean contrasts = arguments.number("penaltyAlpha", 0) > 0;
        boolean beams = wishes.has("num_beams") && wishes.get("num_beams").getAsInt() > 1;
        boolean said = arguments.value(SAMPLE, "be true or false", null, text -> text) != null;
        if (contrasts && !said || beams && !wishes.has(DO_SAMPLE)) {
            wishes.addProperty(DO_SAMPLE, false);
        }
        return wishes;
    }

    private boolean add(JsonObject wishes, String name, String key) {
        BigDecimal value = arguments.value(name, "be a number", null, BigDecimal::new);
        if (value != null) {
            wishes.addProperty(key, value);
        }
        return value != null;
    }

    /**
     * What texts are to be, or null for any.
     *
     * @throws IllegalArgumentException if several are given, or one is none
     */
    public Constraint constraint() {
        Constraint regex = arguments.value(REGEX, "be a regular expression", null, Constraint::regex);
        Constraint schema = arguments.value(JSON_SCHEMA, "be a JSON schema", null, Constraint::jsonSchema);
        Constraint choices = arguments.value(
                CHOICES,
                "be texts, a line each",
                null,
                text -> Constraint.anyOf(text.lines().toList()));
        List<Constraint> all =
                Stream.of(regex, schema, choices).filter(Objects::nonNull).toList();
        if (all.size() > 1) {
            throw new IllegalArgumentException(
                    "WritingArguments: at most one of regex, jsonSchema and choices must be given, got " + all.size());
        }
        return all.isEmpty() ? null : all.get(0);
    }

    /** What must appear. */
    public List<String> phrases() {
        return arguments.value(
                PHRASES,
                "be texts, a line each",
                List.of(),
                text -> text.lines()
                        .filter(line -> !line.isBlank())
                        .map(String::strip)
                        .toList());
    }

    /** Phrases as tokens: as they stand at the beginning of a text, or behind a blank. */
    public static List<RequiredPhrase> tokens(List<String> phrases, TextTokenizer tokenizer) {
        List<RequiredPhrase> all = new ArrayList<>();
        for (String phrase : phrases) {
            List<List<Integer>> alternatives = Stream.of(phrase, " " + phrase)
                    .map(text -> tokenizer
                            .encode(TextInput.of(text).withoutFrame().asTarget())
                            .ids())
                    .filter(ids -> ids.length > 0)
                    .map(ids -> Arrays.stream(ids).boxed().toList())
                    .distinct()
                    .toList();
            all.add(new RequiredPhrase(alternatives));
        }
        return all;
    }

    /** The most tokens that phrases take together. */
    public static int most(List<RequiredPhrase> phrases) {
        return phrases.stream()
                .flatMapToInt(phrase -> IntStream.of(phrase.alternatives().stream()
                        .mapToInt(List::size)
                        .max()
                        .orElse(0)))
                .sum();
    }
}

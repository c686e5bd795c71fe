package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.decode.Contrast;
import io.github.djltransformers.decode.EarlyStopping;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.RequiredPhrase;
import io.github.djltransformers.decode.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link GenerationConfig} from a checkpoint's {@code generation_config.json} and the wishes of one call. */
public final class GenerationConfigJson {
    private static final Logger LOGGER = LoggerFactory.getLogger(GenerationConfigJson.class);

    /** The name of the file. */
    public static final String FILE = "generation_config.json";

    /** What {@code max_length} is unless it is given; then, and when it is given so, that many new tokens are meant. */
    private static final int DEFAULT_LENGTH = 20;

    /** Keys that would change what is written, and the values that leave it alone. */
    private static final Map<String, Set<String>> UNSUPPORTED = Map.of(
            "encoder_no_repeat_ngram_size", Set.of("0"),
            "exponential_decay_length_penalty", Set.of(),
            "begin_suppress_tokens", Set.of("[]"));

    /** What {@code top_k} is unless it is given. */
    private static final int DEFAULT_TOP_K = 50;

    /** Keys that are obeyed, and those that say nothing of what is written. */
    private static final Set<String> KNOWN =
            Set.of(("max_new_tokens max_length min_new_tokens min_length num_beams num_return_sequences num_beam_groups"
                            + " diversity_penalty length_penalty early_stopping do_sample penalty_alpha temperature top_k top_p min_p"
                            + " typical_p epsilon_cutoff eta_cutoff seed repetition_penalty presence_penalty"
                            + " frequency_penalty no_repeat_ngram_size bad_words_ids force_words_ids suppress_tokens sequence_bias"
                            + " forced_bos_token_id forced_eos_token_id eos_token_id pad_token_id bos_token_id"
                            + " decoder_start_token_id transformers_version use_cache cache_implementation"
                            + " renormalize_logits remove_invalid_values chat_format lang_to_id task_to_id"
                            + " prompt_lookup_num_tokens max_matching_ngram_size num_assistant_tokens"
                            + " num_assistant_tokens_schedule assistant_confidence_threshold assistant_lookbehind"
                            + " target_lookbehind")
                    .split(" "));

    private GenerationConfigJson() {}

    /**
     * The generation of a checkpoint, from its {@code generation_config.json}, or where there is none from {@code config.json}.
     *
     * @param wishes override the file's values; null for a value takes it away
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if a value is of another type, or asks for what is not supported
     */
    public static GenerationConfig read(Path directory, JsonObject wishes) throws IOException, MalformedModelException {
        Path file = directory.resolve(FILE);
        CheckpointConfig base = Files.exists(file)
                ? CheckpointConfig.of(Files.readString(file), file.toString())
                : CheckpointConfig.read(directory);
        if (Files.exists(file)) {
            warnOfUnknown(base, file);
        }
        JsonObject merged = base.json().deepCopy();
        wishes.asMap().forEach(merged::add);
        return of(CheckpointConfig.of(merged.toString(), file.toString()));
    }

    /**
     * A generation that no file says anything of.
     *
     * @param wishes keys of {@code generation_config.json}
     * @throws IllegalArgumentException if a value is of another type, or asks for what is not supported
     */
    public static GenerationConfig of(JsonObject wishes) {
        try {
            return of(CheckpointConfig.of(wishes.toString(), "arguments"));
        } catch (MalformedModelException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * The token that a decoder of an encoder-decoder model begins with.
     *
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if no file names it
     */
    public static int startId(Path directory) throws IOException, MalformedModelException {
        CheckpointConfig model = CheckpointConfig.read(directory);
        Path file = directory.resolve(FILE);
        CheckpointConfig own = Files.exists(file) ? CheckpointConfig.readFile(file) : model;
        for (String key : List.of("decoder_start_token_id", "bos_token_id")) {
            for (CheckpointConfig config : List.of(own, model)) {
                if (config.has(key)) {
                    return config.token(key);
                }
            }
        }
        throw model.malformed("key 'decoder_start_token_id' must be given, got none");
    }

    private static GenerationConfig of(CheckpointConfig c) throws MalformedModelException {
        for (Map.Entry<String, Set<String>> key : UNSUPPORTED.entrySet()) {
            if (c.has(key.getKey())
                    && !key.getValue().contains(c.json().get(key.getKey()).toString())) {
                throw c.wrong(
                        key.getKey(),
                        "absent or one of " + key.getValue(),
                        c.json().get(key.getKey()));
            }
        }
        // As in Hugging Face, a length with the prompt counts only where none without it is given.
        boolean withPrompt = !c.has("max_new_tokens") && c.has("max_length") && c.size("max_length") != DEFAULT_LENGTH;
        return new GenerationConfig(
                withPrompt ? GenerationConfig.NO_LIMIT : c.size("max_new_tokens", DEFAULT_LENGTH),
                withPrompt ? c.size("max_length") : GenerationConfig.NO_LIMIT,
                c.integer("min_new_tokens", 0),
                c.integer("min_length", 0),
                c.size("num_beams", 1),
                c.size("num_return_sequences", 1),
                c.size("num_beam_groups", 1),
                c.number("diversity_penalty", 0),
                c.number("length_penalty", 1),
                earlyStopping(c),
                sampling(c),
                contrast(c),
                c.number("repetition_penalty", 1),
                c.number("presence_penalty", 0),
                c.number("frequency_penalty", 0),
                c.integer("no_repeat_ngram_size", 0),
                runs(c, "bad_words_ids"),
                phrases(c),
                ids(c, "suppress_tokens"),
                biases(c),
                c.token("forced_bos_token_id"),
                c.token("forced_eos_token_id"),
                new TreeSet<>(ids(c, "eos_token_id")));
    }

    /** A misspelt key would be passed over in silence. */
    private static void warnOfUnknown(CheckpointConfig c, Path file) {
        Set<String> unknown = new TreeSet<>(c.json().keySet());
        unknown.removeAll(KNOWN);
        unknown.removeAll(UNSUPPORTED.keySet());
        unknown.removeIf(key -> key.startsWith("_") || key.startsWith("output_") || key.startsWith("return_"));
        if (!unknown.isEmpty()) {
            LOGGER.warn("In {} the keys {} are not known here, and are passed over", file, unknown);
        }
    }

    private static Sampling sampling(CheckpointConfig c) throws MalformedModelException {
        if (!c.flag("do_sample", false)) {
            return null;
        }
        try {
            return new Sampling(
                    c.number("temperature", 1),
                    c.integer("top_k", DEFAULT_TOP_K),
                    c.number("top_p", 1),
                    c.number("min_p", 0),
                    c.number("typical_p", 1),
                    c.number("epsilon_cutoff", 0),
                    c.number("eta_cutoff", 0),
                    seed(c));
        } catch (IllegalArgumentException e) {
            throw c.malformed("sampling must be valid, got: " + e.getMessage());
        }
    }

    /** As in Hugging Face, where neither tokens are drawn nor beams followed. */
    private static Contrast contrast(CheckpointConfig c) throws MalformedModelException {
        int topK = c.integer("top_k", DEFAULT_TOP_K);
        double alpha = c.number("penalty_alpha", 0);
        if (alpha == 0 || topK < 2 || c.flag("do_sample", false) || c.size("num_beams", 1) > 1) {
            return null;
        }
        try {
            return new Contrast(alpha, topK);
        } catch (IllegalArgumentException e) {
            throw c.malformed("penalty_alpha must be valid, got: " + e.getMessage());
        }
    }

    private static OptionalLong seed(CheckpointConfig c) throws MalformedModelException {
        if (!c.has("seed")) {
            return OptionalLong.empty();
        }
        JsonElement seed = c.json().get("seed");
        if (!(seed instanceof JsonPrimitive number
                && number.isNumber()
                && seed.toString().matches("-?\\d{1,18}"))) {
            throw c.wrong("seed", "a whole number of at most 18 digits", seed);
        }
        return OptionalLong.of(seed.getAsLong());
    }

    /** Pairs of a list of one id and what is added. */
    private static Map<Integer, Double> biases(CheckpointConfig c) throws MalformedModelException {
        Map<Integer, Double> biases = new TreeMap<>();
        JsonElement value = c.json().get("sequence_bias");
        if (value instanceof JsonArray array) {
            for (JsonElement pair : array) {
                if (pair instanceof JsonArray both
                        && both.size() == 2
                        && both.get(0) instanceof JsonArray ids
                        && ids.size() == 1
                        && both.get(1) instanceof JsonPrimitive bias
                        && bias.isNumber()) {
                    biases.put(id(c, "sequence_bias", ids.get(0)), bias.getAsDouble());
                } else {
                    throw c.wrong("sequence_bias", "a list of pairs of one id in a list and a number", value);
                }
            }
        } else if (value != null && !value.isJsonNull() && !value.toString().equals("{}")) {
            throw c.wrong("sequence_bias", "a list of pairs of one id in a list and a number", value);
        }
        return biases;
    }

    private static EarlyStopping earlyStopping(CheckpointConfig c) throws MalformedModelException {
        JsonElement value = c.json().get("early_stopping");
        if (value == null || value.isJsonNull()) {
            return EarlyStopping.HEURISTIC;
        }
        return switch (value.toString()) {
            case "true" -> EarlyStopping.ALWAYS;
            case "false" -> EarlyStopping.HEURISTIC;
            case "\"never\"" -> EarlyStopping.NEVER;
            default -> throw c.wrong("early_stopping", "true, false or \"never\"", value);
        };
    }

    /** One id, or a list of them. */
    private static List<Integer> ids(CheckpointConfig c, String key) throws MalformedModelException {
        if (!c.has(key)) {
            return List.of();
        }
        JsonElement value = c.json().get(key);
        List<Integer> ids = new ArrayList<>();
        for (JsonElement element : value instanceof JsonArray array ? array : arrayOf(value)) {
            ids.add(id(c, key, element));
        }
        return ids;
    }

    private static JsonArray arrayOf(JsonElement value) {
        JsonArray array = new JsonArray();
        array.add(value);
        return array;
    }

    private static List<List<Integer>> runs(CheckpointConfig c, String key) throws MalformedModelException {
        List<List<Integer>> runs = new ArrayList<>();
        if (c.has(key)) {
            if (!(c.json().get(key) instanceof JsonArray array)) {
                throw c.wrong(key, "a list of lists of ids", c.json().get(key));
            }
            for (JsonElement run : array) {
                List<Integer> ids = new ArrayList<>();
                for (JsonElement element : run instanceof JsonArray members ? members : arrayOf(run)) {
                    ids.add(id(c, key, element));
                }
                runs.add(ids);
            }
        }
        return runs;
    }

    /** Each a list of ids, or a list of such lists, one of which is enough. */
    private static List<RequiredPhrase> phrases(CheckpointConfig c) throws MalformedModelException {
        String key = "force_words_ids";
        List<RequiredPhrase> phrases = new ArrayList<>();
        if (c.has(key)) {
            if (!(c.json().get(key) instanceof JsonArray array)) {
                throw c.wrong(key, "a list of lists of ids", c.json().get(key));
            }
            for (JsonElement phrase : array) {
                boolean several = phrase instanceof JsonArray members
                        && !members.isEmpty()
                        && members.get(0).isJsonArray();
                List<List<Integer>> alternatives = new ArrayList<>();
                for (JsonElement run : several ? (JsonArray) phrase : arrayOf(phrase)) {
                    List<Integer> ids = new ArrayList<>();
                    for (JsonElement element : run instanceof JsonArray members ? members : arrayOf(run)) {
                        ids.add(id(c, key, element));
                    }
                    alternatives.add(ids);
                }
                if (alternatives.stream().anyMatch(List::isEmpty)) {
                    throw c.wrong(key, "lists of at least one id", phrase);
                }
                phrases.add(new RequiredPhrase(alternatives));
            }
        }
        return phrases;
    }

    private static int id(CheckpointConfig c, String key, JsonElement element) throws MalformedModelException {
        if (element instanceof JsonPrimitive primitive
                && primitive.isNumber()
                && primitive.getAsString().matches("\\d{1,9}")) {
            return primitive.getAsInt();
        }
        throw c.wrong(key, "ids of tokens", element);
    }
}

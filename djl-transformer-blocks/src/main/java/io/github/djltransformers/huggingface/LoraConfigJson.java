package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@link LoraConfig} as the {@code adapter_config.json} of Hugging Face's PEFT. */
final class LoraConfigJson {
    static final String FILE = "adapter_config.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    /** Keys that make an adapter mean something else, unless they are absent, false, empty or null. */
    private static final List<String> UNSUPPORTED = List.of(
            "use_dora",
            "use_qalora",
            "use_bdlora",
            "lora_bias",
            "rank_pattern",
            "alpha_pattern",
            "layers_to_transform",
            "layer_replication",
            "exclude_modules",
            "target_parameters",
            "trainable_token_indices",
            "alora_invocation_tokens",
            "arrow_config");

    private static final Set<String> NOTHING = Set.of("null", "false", "{}", "[]");

    /** Ways to begin that leave the weights of the base as they are. */
    private static final Set<String> BEGINNINGS =
            Set.of("true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\"", "null");

    private LoraConfigJson() {}

    static void write(Path directory, Lora lora) throws IOException {
        LoraConfig config = lora.config();
        JsonObject json = new JsonObject();
        json.addProperty("peft_type", "LORA");
        json.add("task_type", task(lora.targets().head()));
        json.addProperty("base_model_name_or_path", lora.original().toString());
        json.addProperty("r", config.rank());
        json.add("lora_alpha", number(config.alpha()));
        json.add("lora_dropout", new JsonPrimitive(Double.valueOf(Float.toString(config.dropout()))));
        json.addProperty("use_rslora", config.scaling() == LoraScaling.RANK_STABILIZED);
        json.addProperty("use_dora", false);
        json.addProperty("bias", "none");
        json.addProperty(
                "fan_in_fan_out",
                lora.adapted().stream().anyMatch(module -> module.layout().transposed()));
        boolean all = config.targets().contains(LoraConfig.ALL_LINEAR);
        json.add("target_modules", array(all ? new TreeSet<>(lora.modules()) : config.targets()));
        json.add("modules_to_save", config.trained().isEmpty() ? JsonNull.INSTANCE : array(config.trained()));
        json.addProperty("init_lora_weights", true);
        json.addProperty("inference_mode", true);
        Files.writeString(directory.resolve(FILE), GSON.toJson(json) + "\n");
    }

    private static JsonElement task(Head head) {
        return switch (head) {
            case SEQUENCE_CLASSIFICATION -> new JsonPrimitive("SEQ_CLS");
            case TOKEN_CLASSIFICATION -> new JsonPrimitive("TOKEN_CLS");
            case QUESTION_ANSWERING -> new JsonPrimitive("QUESTION_ANS");
            case CAUSAL_LM -> new JsonPrimitive("CAUSAL_LM");
            case SEQUENCE_TO_SEQUENCE -> new JsonPrimitive("SEQ_2_SEQ_LM");
            case BASE -> new JsonPrimitive("FEATURE_EXTRACTION");
            case MASKED_LM, DISCRIMINATOR, PRETRAINING, JOINT_CLASSIFICATION -> JsonNull.INSTANCE;
        };
    }

    /** Whole numbers without a point, as PEFT writes them. */
    private static JsonPrimitive number(double value) {
        return value == Math.rint(value) && value < Integer.MAX_VALUE
                ? new JsonPrimitive((int) value)
                : new JsonPrimitive(value);
    }

    private static JsonArray array(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /**
     * Reads a configuration.
     *
     * @param targets of the block it is for
     * @param stored the names of the modules that the weights are of; what is adapted where the configuration has a pattern,
     *     which is not run
     * @throws MalformedModelException if it asks for anything that is not known here, or not there in the block
     */
    static LoraConfig read(Path directory, LoraTargets targets, Set<String> stored)
            throws IOException, MalformedModelException {
        CheckpointConfig c = CheckpointConfig.readFile(directory.resolve(FILE));
        require(c, "peft_type", "LORA");
        require(c, "bias", "none");
        for (String key : UNSUPPORTED) {
            if (c.has(key) && !NOTHING.contains(c.json().get(key).toString())) {
                throw c.wrong(
                        key, "absent, which is all that is supported", c.json().get(key));
            }
        }
        if (c.has("init_lora_weights")
                && !BEGINNINGS.contains(c.json().get("init_lora_weights").toString())) {
            throw c.wrong(
                    "init_lora_weights",
                    "one that leaves the base's weights alone, of " + new TreeSet<>(BEGINNINGS),
                    c.json().get("init_lora_weights"));
        }
        boolean pattern = c.json().get("target_modules") instanceof JsonPrimitive;
        try {
            Set<String> trained = new TreeSet<>(c.texts("modules_to_save"));
            // PEFT names the heads that models of a task may have, of which each has some.
            trained.removeIf(name -> !targets.hasModule(name));
            LoraConfig config = new LoraConfig(
                    c.size("r"),
                    c.number("lora_alpha"),
                    c.flag("use_rslora", false) ? LoraScaling.RANK_STABILIZED : LoraScaling.STANDARD,
                    (float) c.number("lora_dropout", 0),
                    pattern ? stored : new TreeSet<>(c.texts("target_modules")),
                    trained);
            targets.adapted(config);
            return config;
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    c.malformed("values must fit the block, got: " + e.getMessage())
                            .getMessage(),
                    e);
        }
    }

    private static void require(CheckpointConfig c, String key, String only) throws MalformedModelException {
        if (!c.text(key, only).equals(only)) {
            throw c.wrong(key, only, c.text(key));
        }
    }
}

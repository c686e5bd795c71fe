package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.decode.DraftModel;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.PromptLookup;
import io.github.djltransformers.decode.Speculation;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.constraint.ConstrainedVocabulary;
import io.github.djltransformers.text.constraint.Constraint;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How a checkpoint writes: as its files say, and what arguments say otherwise. */
final class GenerationArguments {
    /** Whole numbers by argument: the key of {@code generation_config.json}. */
    private static final Map<String, String> COUNTS = new TreeMap<>(Map.of(
            "beam", "num_beams",
            "beamGroups", "num_beam_groups",
            "maxNewTokens", "max_new_tokens",
            "minNewTokens", "min_new_tokens",
            "nBest", "num_return_sequences",
            "noRepeatNgramSize", "no_repeat_ngram_size"));

    private static final Map<String, String> NUMBERS = new TreeMap<>(Map.of(
            "diversityPenalty", "diversity_penalty",
            "frequencyPenalty", "frequency_penalty",
            "lengthPenalty", "length_penalty",
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

    /** What {@code task_specific_params} puts before a text. */
    private static final String PREFIX = "prefix";

    private static final String DRAFT = "draftModel";

    /** How many tokens a draft model guesses, as in Hugging Face. */
    private static final int DRAFT_TOKENS = 5;

    private final TaskModel of;
    private final Path directory;
    private final CheckpointConfig config;
    private final ModelArguments arguments;

    GenerationArguments(TaskModel of) {
        this.of = of;
        directory = of.directory();
        config = of.config();
        arguments = of.arguments();
    }

    /**
     * The configuration.
     *
     * @param task of {@code task_specific_params}, or empty
     */
    GenerationConfig config(String task) throws IOException, MalformedModelException {
        JsonObject wishes = new JsonObject();
        CheckpointConfig own = task(task);
        if (own != null) {
            own.json().asMap().forEach(wishes::add);
        }
        for (Map.Entry<String, String> count : COUNTS.entrySet()) {
            int value = arguments.wholeNumber(count.getKey(), 0, Integer.MAX_VALUE);
            if (value != Integer.MAX_VALUE) {
                wishes.addProperty(count.getValue(), value);
            }
        }
        for (Map.Entry<String, String> number : NUMBERS.entrySet()) {
            double value = arguments.number(number.getKey(), Double.NaN);
            if (!Double.isNaN(value)) {
                wishes.addProperty(number.getValue(), value);
            }
        }
        addSampling(wishes);
        return GenerationConfigJson.read(directory, wishes);
    }

    /** What texts are to be, or null for any. */
    ConstrainedVocabulary constraint(TextTokenizer tokenizer) {
        Constraint regex = arguments.value("regex", "be a regular expression", null, Constraint::regex);
        Constraint schema = arguments.value("jsonSchema", "be a JSON schema", null, Constraint::jsonSchema);
        Constraint choices = arguments.value(
                "choices",
                "be texts, a line each",
                null,
                text -> Constraint.anyOf(text.lines().toList()));
        List<Constraint> all =
                Stream.of(regex, schema, choices).filter(Objects::nonNull).toList();
        if (all.size() > 1) {
            throw new IllegalArgumentException(
                    "CheckpointTranslatorFactory: at most one of regex, jsonSchema and choices must be given, got "
                            + all.size());
        }
        return all.isEmpty() ? null : new ConstrainedVocabulary(all.get(0), tokenizer);
    }

    /**
     * How what follows is guessed, or null where it is not. A draft model is loaded, and closed with the model.
     *
     * @throws IllegalArgumentException if both kinds are asked for, or beams, or the draft model is none
     */
    Speculation speculation(GenerationConfig generation) throws IOException, MalformedModelException {
        int lookedUp = arguments.wholeNumber("promptLookup", 0, 0);
        int drafted = arguments.wholeNumber("draftTokens", 1, DRAFT_TOKENS);
        Path draft = arguments.value(DRAFT, "be a directory", null, Path::of);
        if (lookedUp == 0 && draft == null) {
            return null;
        }
        if (lookedUp > 0 && draft != null || generation.beams() > 1) {
            throw new IllegalArgumentException(
                    "CheckpointTranslatorFactory: only one of promptLookup and draftModel may be"
                            + " given, and no beams with it, got promptLookup " + lookedUp + ", draftModel " + draft
                            + " and "
                            + generation.beams() + " beams");
        }
        if (draft == null) {
            return PromptLookup.of(lookedUp);
        }
        NDManager manager = of.model().getNDManager();
        TransformerBlock block = Checkpoint.load(draft, manager);
        if (!(block instanceof GenerativeModel writer)) {
            throw new IllegalArgumentException(
                    "CheckpointTranslatorFactory: draftModel must be a model that writes, got "
                            + TaskModel.name(block));
        }
        CompiledExecution.install(block, manager, CompilationConfig.of(of.given()));
        return new DraftModel(writer, drafted);
    }

    private void addSampling(JsonObject wishes) {
        for (Map.Entry<String, String> number : OF_SAMPLING.entrySet()) {
            BigDecimal value = arguments.value(number.getKey(), "be a number", null, BigDecimal::new);
            if (value != null) {
                wishes.addProperty(number.getValue(), value);
                wishes.addProperty(DO_SAMPLE, true);
            }
        }
        arguments.value(SAMPLE, "be true or false", null, text -> {
            wishes.addProperty(DO_SAMPLE, arguments.flag(SAMPLE, false));
            return text;
        });
        boolean beams = wishes.has("num_beams") && wishes.get("num_beams").getAsInt() > 1;
        if (beams && !wishes.has(DO_SAMPLE)) {
            wishes.addProperty(DO_SAMPLE, false);
        }
    }

    /** What the files put before each text of a task; empty for none. */
    String prefix(String task) throws MalformedModelException {
        CheckpointConfig own = task(task);
        return own == null ? "" : own.text(PREFIX, "");
    }

    /** Whether {@code task_specific_params} have a task. */
    boolean has(String task) throws MalformedModelException {
        CheckpointConfig all = config.object("task_specific_params");
        return all != null && all.has(task);
    }

    private CheckpointConfig task(String task) throws MalformedModelException {
        if (task.isEmpty()) {
            return null;
        }
        CheckpointConfig all = config.object("task_specific_params");
        if (all == null || !all.has(task)) {
            throw new IllegalArgumentException("CheckpointTranslatorFactory: task must be one of "
                    + (all == null ? List.of() : all.json().keySet())
                    + ", the task_specific_params in config.json, got "
                    + task);
        }
        return all.object(task);
    }
}

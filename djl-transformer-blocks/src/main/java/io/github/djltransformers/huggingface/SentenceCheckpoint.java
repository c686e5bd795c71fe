package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.safetensors.TensorSource;
import io.github.djltransformers.saved.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the files of sentence-transformers say beside a checkpoint: how its vectors become one of a text, what stands before
 * texts of a kind, and how long they are. Without these files the mean of the vectors is taken, as sentence-transformers
 * does itself.
 */
public final class SentenceCheckpoint {
    private static final String PROMPTS = "config_sentence_transformers.json";

    /** The names that the transformer's own file had over time. */
    private static final List<String> LENGTHS = List.of(
            "sentence_bert_config.json",
            "sentence_roberta_config.json",
            "sentence_distilbert_config.json",
            "sentence_camembert_config.json",
            "sentence_albert_config.json",
            "sentence_xlm-roberta_config.json");

    private final SentenceModules modules;
    private final int maxLength;
    private final boolean lowerCase;
    private final Map<String, String> prompts = new TreeMap<>();
    private final String defaultPrompt;

    private SentenceCheckpoint(Path directory) throws IOException, MalformedModelException {
        modules = SentenceModules.read(directory);
        if (!modules.transformer().equals(directory)) {
            throw new MalformedModelException(Text.format(
                    "SentenceCheckpoint: the Transformer of %s must be in the directory itself, got %s; move its files there",
                    directory, modules.transformer().getFileName()));
        }
        CheckpointConfig length = null;
        for (String name : LENGTHS) {
            length = length == null ? optional(directory.resolve(name)) : length;
        }
        maxLength = length == null ? Integer.MAX_VALUE : length.size("max_seq_length", Integer.MAX_VALUE);
        lowerCase = length != null && length.flag("do_lower_case", false);
        CheckpointConfig texts = optional(directory.resolve(PROMPTS));
        CheckpointConfig named = texts == null ? null : texts.object("prompts");
        if (named != null) {
            for (String name : named.json().keySet()) {
                prompts.put(name, named.text(name));
            }
        }
        defaultPrompt = texts == null ? "" : texts.text("default_prompt_name", "");
        if (!defaultPrompt.isEmpty() && !prompts.containsKey(defaultPrompt)) {
            throw texts.wrong("default_prompt_name", "one of " + prompts.keySet(), defaultPrompt);
        }
    }

    /**
     * Reads the files.
     *
     * @param directory of the checkpoint
     * @throws IOException if one cannot be read
     * @throws MalformedModelException if one breaks a rule, or asks for what is not there, by name
     */
    public static SentenceCheckpoint read(Path directory) throws IOException, MalformedModelException {
        return new SentenceCheckpoint(directory);
    }

    private static CheckpointConfig optional(Path file) throws IOException, MalformedModelException {
        return Files.exists(file) ? CheckpointConfig.readFile(file) : null;
    }

    /**
     * Loads the checkpoint of a directory as a block that gives one vector for each text, for prediction and training.
     *
     * @param manager the owner of the weights, and whose device they are put on
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if a file breaks a rule, or the model is none that gives a vector for each token
     */
    public static SentenceEncoder load(Path directory, NDManager manager) throws IOException, MalformedModelException {
        SentenceCheckpoint files = read(directory);
        TransformerBlock block = Checkpoint.load(directory, Head.BASE, manager);
        if (!(block instanceof HeadedEncoder encoder)) {
            throw new MalformedModelException(Text.format(
                    "SentenceCheckpoint: the model in %s must be one stack, got a %s", directory, block.name()));
        }
        return files.encoder(encoder.body(), files.config(), manager);
    }

    /**
     * A block on a model that has its weights already.
     *
     * @param config that of the files, or one with the same dense layers and another pooling or length
     * @param manager the owner of the weights of dense layers
     * @throws IOException if they cannot be read
     * @throws MalformedModelException if they are not what their configuration says
     */
    public SentenceEncoder encoder(EncoderModel body, SentenceConfig config, NDManager manager)
            throws IOException, MalformedModelException {
        SentenceEncoder block = new SentenceEncoder(body, config);
        Map<String, Parameter> parameters = new LinkedHashMap<>(ParameterNames.trained(block));
        parameters.keySet().removeIf(name -> !name.startsWith("dense."));
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < config.dense().size(); i++) {
            Path folder = modules.dense().get(i);
            String name = "dense." + i;
            Map<String, Parameter> layer = new LinkedHashMap<>(parameters);
            layer.keySet().removeIf(each -> !each.startsWith(name + "."));
            NameTable names = NameTable.ofOneStack("", 1, name + "  /linear\n");
            try (TensorSource tensors = CheckpointFiles.open(folder)) {
                for (Map.Entry<String, String> found :
                        Checkpoint.find(folder, names, layer, tensors, Set.of()).entrySet()) {
                    arrays.put(found.getKey(), tensors.read(manager, found.getValue()));
                }
            }
        }
        ModelWeights.assign(block, manager, parameters, arrays);
        ModelWeights.collectNoGradients(ParameterNames.of(block).values(), manager);
        return block;
    }

    /** How vectors of tokens become one. */
    public SentenceConfig config() {
        return modules.config();
    }

    /** The greatest number of tokens of a text; {@link Integer#MAX_VALUE} where only the model limits it. */
    public int maxLength() {
        return maxLength;
    }

    /** Whether texts are written in small letters before they are cut into tokens. */
    public boolean lowerCase() {
        return lowerCase;
    }

    /** What stands before a text, by the name of its kind, such as {@code query}. */
    public Map<String, String> prompts() {
        return Map.copyOf(prompts);
    }

    /** The name of the prompt for texts of no kind; empty for none. */
    public String defaultPrompt() {
        return defaultPrompt;
    }
}

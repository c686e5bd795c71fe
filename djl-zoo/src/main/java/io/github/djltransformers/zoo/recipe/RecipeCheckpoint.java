package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the training of a checkpoint begins with: nothing but a configuration and a vocabulary to learn, or another checkpoint.
 *
 * @param from the folder of a checkpoint, absolute or below the data folder, or empty
 * @param tokenizer the vocabulary, or null where there is a checkpoint
 * @param model the configuration, empty where there is a checkpoint
 */
record RecipeCheckpoint(String from, Vocabulary tokenizer, JsonObject model) {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final List<String> OF_DATA = List.of("id2label", "label2id", "num_labels", "heads");

    /** Checks the parts of a recipe, which errors name. */
    RecipeCheckpoint {
        boolean whole = tokenizer != null && model.size() > 0;
        boolean none = tokenizer == null && model.size() == 0;
        require(
                from.isEmpty() ? whole : none,
                "from",
                "be given alone, or tokenizer and model without it",
                from.isEmpty() ? "no from and not both of the others" : from + " and one of the others");
        require(!model.has("vocab_size"), "model", "leave out vocab_size, which the tokenizer decides", model);
        for (String key : OF_DATA) {
            require(!model.has(key), "model", "leave out " + key + ", which the data decide", model);
        }
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("Recipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /** The files of the data folder that the result depends on. */
    List<String> files(Path data) throws IOException {
        List<String> files = new ArrayList<>();
        if (!from.isEmpty()) {
            require(Files.isDirectory(data.resolve(from)), "from", "be the folder of a checkpoint", data.resolve(from));
            try (Stream<Path> all = Files.list(data.resolve(from))) {
                all.filter(file -> file.toString().endsWith(".safetensors") || isOfTokenizer(file))
                        .map(file -> from + "/" + file.getFileName())
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    private static boolean isOfTokenizer(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file)
                && (name.endsWith(".json") && !name.endsWith(".index.json")
                        || name.endsWith(".txt")
                        || name.endsWith(".model"));
    }

    /**
     * The tokenizer in a folder, learnt or copied there where there is none; the caller closes it.
     *
     * @param texts to learn from
     */
    TextTokenizer tokenizer(Path data, Path folder, Iterable<String> texts)
            throws IOException, MalformedModelException {
        if (!from.isEmpty()) {
            try (Stream<Path> all = Files.list(data.resolve(from))) {
                for (Path file : all.filter(RecipeCheckpoint::isOfTokenizer).toList()) {
                    ReplacedFile.write(
                            folder.resolve(file.getFileName().toString()), stream -> Files.copy(file, stream));
                }
            }
            return TextTokenizer.open(folder);
        }
        if (Files.notExists(folder.resolve(TOKENIZER))) {
            tokenizer.learn(texts).save(folder.resolve(TOKENIZER));
            ReplacedFile.writeText(
                    folder.resolve(TOKENIZER_CONFIG), "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}\n");
        }
        return TextTokenizer.open(folder.resolve(TOKENIZER));
    }

    /**
     * The configuration, with what the tokenizer and the data decide.
     *
     * @param head what the model is trained for
     * @param labels enters those of the data
     * @throws MalformedModelException if the configuration is of a model for something else
     */
    CheckpointConfig config(Path data, TextTokenizer vocabulary, Head head, Consumer<JsonObject> labels)
            throws IOException, MalformedModelException {
        JsonObject json = model.deepCopy();
        if (from.isEmpty()) {
            json.addProperty("vocab_size", vocabulary.vocabularySize());
            json.addProperty("pad_token_id", SpecialToken.PADDING.id());
        } else {
            CheckpointConfig other = CheckpointConfig.read(data.resolve(from));
            json = other.json().deepCopy();
            OF_DATA.forEach(json::remove);
            json.remove("problem_type");
            JsonArray names = new JsonArray();
            names.add(other.head() == head ? other.architecture() : head.inFamilyOf(other.architecture()));
            json.add("architectures", names);
        }
        labels.accept(json);
        CheckpointConfig config = CheckpointConfig.of(json.toString(), "the recipe's model");
        if (config.head() != head) {
            throw config.wrong("architectures", "a class for " + head, json.get("architectures"));
        }
        return config;
    }

    /** Gives a block the weights that it begins with. */
    PreparedTraining.Weights weights(Path data, CheckpointConfig config) {
        return from.isEmpty()
                ? (block, manager) -> {}
                : (block, manager) -> Checkpoint.adopt(data.resolve(from), block, config, manager);
    }

    /** Enters the names of classes, by number and by name. */
    static void addLabels(JsonObject json, List<String> labels) {
        JsonObject names = new JsonObject();
        JsonObject numbers = new JsonObject();
        for (int i = 0; i < labels.size(); i++) {
            names.addProperty(Integer.toString(i), labels.get(i));
            numbers.addProperty(labels.get(i), i);
        }
        json.add("id2label", names);
        json.add("label2id", numbers);
    }
}

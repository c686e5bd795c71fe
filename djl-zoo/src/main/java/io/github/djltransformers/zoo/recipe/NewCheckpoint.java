package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tokenizer and the configuration of a checkpoint that is trained from nothing. */
final class NewCheckpoint {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    private NewCheckpoint() {}

    /**
     * The tokenizer of a folder, learnt and written there where there is none; the caller closes it.
     *
     * @param texts to learn from
     */
    static TextTokenizer tokenizer(Path folder, Vocabulary vocabulary, Iterable<String> texts)
            throws IOException, MalformedModelException {
        if (Files.notExists(folder.resolve(TOKENIZER))) {
            vocabulary.learn(texts).save(folder.resolve(TOKENIZER));
            ReplacedFile.writeText(
                    folder.resolve(TOKENIZER_CONFIG), "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}\n");
        }
        return TextTokenizer.open(folder.resolve(TOKENIZER));
    }

    /** Enters the names of classes, by number and by name. */
    static void addLabels(JsonObject model, List<String> labels) {
        JsonObject names = new JsonObject();
        JsonObject numbers = new JsonObject();
        for (int i = 0; i < labels.size(); i++) {
            names.addProperty(Integer.toString(i), labels.get(i));
            numbers.addProperty(labels.get(i), i);
        }
        model.add("id2label", names);
        model.add("label2id", numbers);
    }

    /**
     * The configuration of a recipe with what the tokenizer decides.
     *
     * @param model of the recipe; changed
     * @throws MalformedModelException if it is of a model for something else
     */
    static CheckpointConfig config(JsonObject model, TextTokenizer tokenizer, Head head)
            throws MalformedModelException {
        model.addProperty("vocab_size", tokenizer.vocabularySize());
        model.addProperty("pad_token_id", SpecialToken.PADDING.id());
        CheckpointConfig config = CheckpointConfig.of(model.toString(), "the recipe's model");
        if (config.head() != head) {
            throw config.wrong("architectures", "a class for " + head, model.get("architectures"));
        }
        return config;
    }
}

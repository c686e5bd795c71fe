package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.CheckpointWriter;
import io.github.djltransformers.huggingface.SentenceCheckpoint;
import io.github.djltransformers.safetensors.FloatStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A finished model as a checkpoint of sentence-transformers' form.
 *
 * @param maxTokens longer texts are cut
 */
record SentenceForm(CheckpointConfig config, int maxTokens) implements PreparedTraining.Form {
    /** The mean of a text's vectors, of length 1. */
    static final SentenceConfig CONFIG = SentenceConfig.of(Pooling.MEAN).unitLength();

    private static final String MODULES = """
            [
              {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
              {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
              {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
            ]
            """;

    @Override
    public void save(Path folder, TransformerBlock block) throws IOException, MalformedModelException {
        CheckpointWriter.write(folder, block, config, FloatStorage.FLOAT16);
        ReplacedFile.writeText(folder.resolve("modules.json"), MODULES);
        ReplacedFile.writeText(
                Files.createDirectories(folder.resolve("1_Pooling")).resolve("config.json"),
                Text.format(
                        "{\"word_embedding_dimension\": %d, \"pooling_mode_mean_tokens\": true}\n",
                        config.size("hidden_size")));
        ReplacedFile.writeText(
                folder.resolve("sentence_bert_config.json"),
                Text.format("{\"max_seq_length\": %d, \"do_lower_case\": false}\n", maxTokens));
    }

    @Override
    public TransformerBlock load(Path folder, NDManager manager) throws IOException, MalformedModelException {
        return SentenceCheckpoint.load(folder, manager);
    }
}

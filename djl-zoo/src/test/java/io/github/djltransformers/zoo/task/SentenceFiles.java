package io.github.djltransformers.zoo.task;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** The files of sentence-transformers beside a checkpoint. */
final class SentenceFiles {
    private SentenceFiles() {}

    /**
     * A mean, a dense layer with the hyperbolic tangent, and length 1; at most 6 tokens, in small letters; the prompt query is
     * "ins ".
     *
     * @return the dense layer's weight (to, from) and bias (to)
     */
    static float[] write(Path directory, int from, int to) throws IOException {
        Files.writeString(directory.resolve("modules.json"), """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
                 {"idx": 3, "name": "3", "path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}]
                """);
        Files.writeString(
                directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 6, \"do_lower_case\": true}");
        Files.writeString(
                directory.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"query\": \"ins \"}, \"default_prompt_name\": null}");
        Path pooling = Files.createDirectories(directory.resolve("1_Pooling"));
        Files.writeString(
                pooling.resolve("config.json"),
                "{\"word_embedding_dimension\": 32, \"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": true}");
        Path dense = Files.createDirectories(directory.resolve("2_Dense"));
        Files.writeString(
                dense.resolve("config.json"),
                "{\"in_features\": " + from + ", \"out_features\": " + to
                        + ", \"bias\": true, \"activation_function\": \"torch.nn.modules.activation.Tanh\"}");
        Random random = new Random(1);
        float[] all = new float[to * from + to];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) random.nextGaussian() / 4;
        }
        float[] weight = Arrays.copyOf(all, to * from);
        float[] bias = Arrays.copyOfRange(all, to * from, all.length);
        try (NDManager manager = NDManager.newBaseManager()) {
            SafeTensorsWriter.write(
                    dense.resolve("model.safetensors"),
                    Map.of(
                            "linear.weight", HostArrays.of(manager, weight, new Shape(to, from)),
                            "linear.bias", HostArrays.of(manager, bias)),
                    Map.of(),
                    FloatStorage.FLOAT32);
        }
        return all;
    }
}

package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteTextTest {
    @TempDir
    Path directory;

    @Test
    void piecesAreTheTextThatOneCallGives() throws Exception {
        Files.writeString(directory.resolve("config.json"), """
                {"model_type": "llama", "vocab_size": 48, "hidden_size": 16, "intermediate_size": 24,
                 "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 128}
                """);
        RandomCheckpoint.fill(directory, "LlamaForCausalLM");
        List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
        IntStream.rangeClosed('a', 'z').forEach(letter -> vocabulary.add("##" + (char) letter));
        vocabulary.addAll(List.of("once", "upon", "a", "time", "the", "king"));
        Files.write(directory.resolve("vocab.txt"), vocabulary);
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertTokenizer\"}");
        List<String> pieces = new ArrayList<>();
        WriteText.goOn(directory, "once upon a time", pieces::add);
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(directory)
                .optArguments(Map.of("maxNewTokens", 64))
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> writer = model.newPredictor()) {
            assertEquals(writer.predict("once upon a time"), String.join("", pieces));
        }
        assertTrue(pieces.size() > 1, pieces.toString());
    }
}

package io.github.djltransformers.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConfigJsonTest {
    private static final TransformerConfig TRANSFORMER = new TransformerConfig(
            LayerConfig.of(8, 2, 16)
                    .withActivation(ActivationFunction.GELU)
                    .withNorm(NormPlacement.PRE)
                    .withDropout(0.1f, 0.2f, 0),
            2,
            1,
            11,
            16,
            PositionKind.LEARNED,
            true);
    private static final String JSON = ModelConfigJson.toJson(new ModelConfig.Classifier(TRANSFORMER, 3));

    @TempDir
    Path directory;

    @Test
    void configurationsSurviveTheRoundTrip() throws MalformedModelException {
        for (ModelConfig config : List.of(
                new ModelConfig.EncoderDecoder(TransformerConfig.base(37000)),
                new ModelConfig.Classifier(TRANSFORMER, 3),
                new ModelConfig.LanguageModel(TRANSFORMER))) {
            assertEquals(config, ModelConfigJson.fromJson(ModelConfigJson.toJson(config), "text"));
        }
    }

    @Test
    void unreadableFilesAreNamedWithTheReason() {
        Path missing = directory.resolve("config.json");
        assertEquals(
                "ModelConfigJson: file must be readable, got " + missing + " which does not exist; check the path",
                assertThrows(NoSuchFileException.class, () -> ModelConfigJson.read(missing))
                        .getMessage());
        assertEquals(
                "ModelConfigJson: file must be readable, got " + directory + " which is a directory; check the path",
                assertThrows(IOException.class, () -> ModelConfigJson.read(directory))
                        .getMessage());
    }

    @Test
    void formIsStable() {
        assertTrue(JSON.startsWith("""
                {
                  "format_version": 2,
                  "architecture": "encoder_classifier",
                  "transformer": {
                    "embedding": {
                      "vocabulary_size": 11,
                      "size": 8,
                      "model_size": 8,
                      "scale": 2.828427,
                      "positions": {
                        "kind": "learned",
                        "length": 16
                      },
                      "dropout": 0.1
                    },
                    "encoder": {
                      "layers": [
                        {
                          "model_size": 8,
                          "attention": {
                            "model_size": 8,
                            "key_size": 8,
                            "value_size": 8,
                            "heads": 2,
                            "key_value_heads": 2,
                            "head_size": 4,
                            "bias": true,
                            "output_bias": true,
                            "scale": {
                              "factor": 0.5
                            },
                            "dropout": 0.2
                          },
                          "feed_forward": {
                            "size": 16,
                            "activation": "gelu",
                            "bias": true
                          },
                          "norm_placement": "pre",
                """), JSON);
        assertTrue(JSON.endsWith("""
                    "output": {
                      "tied": true
                    }
                  },
                  "classes": 3
                }
                """), JSON);
    }

    /** As the first release wrote them. */
    @Test
    void filesOfVersionOneAreRead() throws MalformedModelException {
        String text = """
                {"format_version": 1, "architecture": "ARCHITECTURE", "transformer": {
                  "layer": {"model_size": 8, "heads": 2, "feed_forward_size": 16, "activation": "gelu",
                    "norm_placement": "pre", "norm_epsilon": 1.0E-5, "bias": true, "dropout": 0.1,
                    "attention_dropout": 0.2, "activation_dropout": 0.0},
                  "encoder_layers": 2, "decoder_layers": 1, "vocabulary_size": 11, "max_length": 16,
                  "positions": "learned", "final_norm": true}}""";
        assertEquals(
                new ModelConfig.EncoderDecoder(TRANSFORMER),
                ModelConfigJson.fromJson(text.replace("ARCHITECTURE", "encoder_decoder"), "text"));
        assertEquals(
                new ModelConfig.LanguageModel(TRANSFORMER),
                ModelConfigJson.fromJson(text.replace("ARCHITECTURE", "decoder_language_model"), "text"));
        assertEquals(
                new ModelConfig.Classifier(TRANSFORMER, 3),
                ModelConfigJson.fromJson(
                        text.replace("ARCHITECTURE", "encoder_classifier").replace("true}}", "true}, \"classes\": 3}"),
                        "text"));
        String message = assertThrows(
                        MalformedModelException.class,
                        () -> ModelConfigJson.fromJson(
                                text.replace("ARCHITECTURE", "encoder_decoder").replace("\"heads\": 2", "\"heads\": 3"),
                                "text"))
                .getMessage();
        assertTrue(message.startsWith("ModelConfigJson: in text the configuration must be valid, got: "), message);
    }

    @Test
    void moreLayersThanAnyModelHasAreRefusedAtOnce() {
        String text = """
                {"format_version": 1, "architecture": "encoder_decoder", "transformer": {
                  "layer": {"model_size": 8, "heads": 2, "feed_forward_size": 16, "activation": "gelu",
                    "norm_placement": "pre", "norm_epsilon": 1.0E-5, "bias": true, "dropout": 0.1,
                    "attention_dropout": 0.2, "activation_dropout": 0.0},
                  "encoder_layers": 2147483647, "decoder_layers": 1, "vocabulary_size": 11, "max_length": 16,
                  "positions": "learned", "final_norm": true}}""";
        assertEquals(
                "ModelConfigJson: in text the configuration must be valid, got: StackConfig: depth must be in [1, 10000], got"
                        + " 2147483647",
                assertThrows(MalformedModelException.class, () -> ModelConfigJson.fromJson(text, "text"))
                        .getMessage());
    }

    @Test
    void everyErrorNamesTheKeyAndTheRule() {
        expect(
                "keys must be among [buckets, kind, max_distance], got unknown 'transformer.encoder.relative_bias.bucket'",
                JSON.replace("\"encoder\": {", "\"encoder\": {\"relative_bias\": {\"bucket\": 1},"));
        expect(
                "keys must be among [factor, soft_cap], got unknown 'transformer.encoder.layers[0].attention.scale.cap'",
                JSON.replaceFirst("\"factor\": 0.5", "\"factor\": 0.5, \"cap\": 0.0"));
        expect(
                "keys must be among [architecture, classes, format_version, transformer], got unknown 'labels'",
                JSON.replace("\"classes\": 3", "\"classes\": 3, \"labels\": 3"));
        expect(
                "keys must be [architecture, classes, format_version, transformer], got none 'classes'",
                JSON.replace(",\n  \"classes\": 3", ""));
        expect(
                "transformer.encoder.layers[0].attention.heads must be an integer, got 2.5",
                JSON.replace("\"heads\": 2", "\"heads\": 2.5"));
        expect(
                "transformer.encoder.layers[0].attention.heads must be an integer, got 3000000000",
                JSON.replace("\"heads\": 2", "\"heads\": 3000000000"));
        expect(
                "transformer.encoder.layers[0].attention.heads must be an integer, got \"2\"",
                JSON.replace("\"heads\": 2", "\"heads\": \"2\""));
        expect(
                "transformer.embedding.dropout must be a number, got null",
                JSON.replace("\"dropout\": 0.1", "\"dropout\": null"));
        expect(
                "transformer.encoder.layers[0].attention.bias must be true or false, got 1",
                JSON.replace("\"bias\": true", "\"bias\": 1"));
        expect(
                "transformer.embedding.positions.kind must be one of [learned, none, sinusoidal, sinusoidal_halves,"
                        + " sinusoidal_tensor2tensor], got \"rotary\"",
                JSON.replace("\"learned\"", "\"rotary\""));
        expect(
                "transformer must be an object, got 1",
                "{\"format_version\": 2, \"architecture\": \"encoder_decoder\", \"transformer\": 1}");
        expect(
                "transformer.encoder.layers[0].attention must be valid, got: key_value_heads must divide the 3"
                        + " heads, got 2; choose a divisor of heads",
                JSON.replace("\"heads\": 2", "\"heads\": 3"));
        expect(
                "the configuration must be valid, got: classes must be positive, got 0",
                JSON.replace("\"classes\": 3", "\"classes\": 0"));
        expect(
                "format_version must be 1 or 2 for this release to read it, got 3",
                JSON.replace("\"format_version\": 2", "\"format_version\": 3"));
        expect(
                "architecture must be one of [decoder_language_model, encoder_classifier, encoder_decoder],"
                        + " got \"perceptron\"",
                JSON.replace("\"encoder_classifier\"", "\"perceptron\""));
        expect("keys must include format_version, got [model_type]", "{\"model_type\": \"bert\"}");
    }

    @Test
    void textThatIsNoJsonIsNamed() throws IOException {
        String message = assertThrows(
                        MalformedModelException.class, () -> ModelConfigJson.fromJson("{", "x/config.json"))
                .getMessage();
        assertEquals(
                "ModelConfigJson: x/config.json must be JSON, got a text that ends too early at line 1 column 2 path $.",
                message);
        Path file = directory.resolve("config.json");
        Files.write(file, new byte[] {(byte) 0xff});
        assertEquals(
                "ModelConfigJson: " + file + " must be UTF-8, got other bytes after 0",
                assertThrows(MalformedModelException.class, () -> ModelConfigJson.read(file))
                        .getMessage());
    }

    @Test
    void fileIsWrittenAndReplaced() throws IOException, MalformedModelException {
        Path file = directory.resolve("config.json");
        Files.writeString(file, "old");
        ModelConfig config = new ModelConfig.LanguageModel(TRANSFORMER);
        ModelConfigJson.write(config, file);
        assertEquals(config, ModelConfigJson.read(file));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private static void expect(String message, String json) {
        assertEquals(
                "ModelConfigJson: in x " + message,
                assertThrows(MalformedModelException.class, () -> ModelConfigJson.fromJson(json, "x"))
                        .getMessage());
    }
}

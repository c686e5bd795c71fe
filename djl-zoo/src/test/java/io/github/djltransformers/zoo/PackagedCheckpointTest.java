package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint in a jar is loaded by its name, and gives what its directory gives. */
class PackagedCheckpointTest {
    @TempDir
    private Path temporary;

    private Path checkpoint;

    @BeforeEach
    void make() throws Exception {
        checkpoint = Files.createDirectory(temporary.resolve("writer"));
        Files.writeString(checkpoint.resolve("config.json"), """
                {"model_type": "llama", "vocab_size": 260, "hidden_size": 16, "intermediate_size": 24,
                 "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 128}
                """);
        RandomCheckpoint.fill(checkpoint, "LlamaForCausalLM");
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(260));
        trainer.add("a text");
        trainer.train().save(checkpoint.resolve("tokenizer.json"));
        Files.writeString(checkpoint.resolve("README.md"), "A writer of random weights.");
        Files.writeString(checkpoint.resolve("generation_config.json"), "{\"max_new_tokens\": 7}");
    }

    private static ModelDescription description() {
        return new ModelDescription(
                "writer", "1.0.0", "nlp/text_generation", Map.of(), "CC0-1.0", "writes letters", List.of());
    }

    private <O> Criteria.Builder<String, O> criteria(Class<O> output, String engine) throws Exception {
        TransformerModelZoo zoo = TransformerModelZoo.of(
                temporary.resolve("models/index.json").toUri().toURL(), temporary.resolve("cache"));
        return Criteria.builder()
                .setTypes(String.class, output)
                .optModelZoo(zoo)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("writer")
                .optEngine(engine);
    }

    @EngineTest
    void byNameAndByDirectoryTheTextIsTheSame(String engine) throws Exception {
        PackagedModel packaged = ModelPackager.add(temporary.resolve("models"), checkpoint, description());
        assertEquals(
                List.of("config.json", "model.safetensors", "tokenizer.json", "README.md", "generation_config.json"),
                packaged.files().stream().map(PackagedFile::name).toList());
        String expected;
        try (ZooModel<String, String> model = Criteria.builder()
                        .setTypes(String.class, String.class)
                        .optModelPath(checkpoint)
                        .optEngine(engine)
                        .build()
                        .loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            expected = predictor.predict("to be");
        }
        try (ZooModel<String, String> model =
                        criteria(String.class, engine).build().loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            assertInstanceOf(SharedModel.class, model);
            assertEquals(expected, predictor.predict("to be"));
        }
        try (ZooModel<String, TextStream> model = criteria(TextStream.class, engine)
                        .optApplication(Application.NLP.TEXT_GENERATION)
                        .build()
                        .loadModel();
                Predictor<String, TextStream> predictor = model.newPredictor();
                TextStream stream = predictor.streamingPredict("to be").getIterativeOutput()) {
            StringBuilder text = new StringBuilder();
            stream.forEachRemaining(text::append);
            assertEquals(expected, text.toString());
        }
    }

    /** A new model stands behind the others, a new version before the older ones, and files may be in a folder. */
    @Test
    void modelsStayWhereCriteriaFindThem() throws Exception {
        Path models = temporary.resolve("models");
        Files.writeString(checkpoint.resolve("modules.json"), "[]");
        Files.writeString(
                Files.createDirectories(checkpoint.resolve("1_Pooling")).resolve("config.json"), "{}");
        ModelDescription first = description();
        for (String name : List.of("writer 1.0.0", "other 1.0.0", "writer 2.0.0", "writer 1.0.0", "other 1.1.0")) {
            String[] parts = name.split(" ");
            ModelPackager.add(
                    models,
                    checkpoint,
                    new ModelDescription(
                            parts[0],
                            parts[1],
                            first.application(),
                            first.properties(),
                            first.license(),
                            first.summary(),
                            first.scores()));
        }
        List<PackagedModel> all =
                ModelIndex.read(models.resolve("index.json").toUri().toURL()).models();
        assertEquals(
                List.of("writer 1.0.0", "writer 2.0.0", "other 1.1.0", "other 1.0.0"),
                all.stream().map(PackagedModel::toString).toList());
        assertTrue(all.get(0).files().stream().anyMatch(file -> file.name().equals("1_Pooling/config.json")));
        assertTrue(Files.exists(models.resolve("other/1.1.0/1_Pooling/config.json")));
        Path unpacked = new ModelCache(models.resolve("index.json").toUri().toURL(), temporary.resolve("cache"))
                .unpack(all.get(2));
        assertEquals("{}", Files.readString(unpacked.resolve("1_Pooling/config.json")));
        assertEquals(
                List.of("other"), List.of(temporary.resolve("cache").toFile().list()));
    }

    @Test
    void whatItIsNotForIsToldBeforeItIsUnpacked() throws Exception {
        ModelPackager.add(temporary.resolve("models"), checkpoint, description());
        assertThrows(
                ModelNotFoundException.class,
                () -> criteria(Classifications.class, "PyTorch").build().loadModel());
        assertTrue(Files.notExists(temporary.resolve("cache")));
        Exception error = assertThrows(
                Exception.class,
                () -> criteria(String.class, "PyTorch")
                        .optArgument("maxNewToken", 3)
                        .build()
                        .loadModel());
        String all = "";
        for (Throwable each = error; each != null; each = each.getCause()) {
            all += each.getMessage();
        }
        assertTrue(all.contains("got unknown [maxNewToken]"), all);
    }
}

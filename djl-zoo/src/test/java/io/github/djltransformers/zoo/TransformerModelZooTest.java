package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.tokenizer.BpeAlphabet;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformerModelZooTest {
    @TempDir
    Path temporary;

    @EngineTest
    void modelInAJarAnswersAsItWasSaved(String engine) throws IOException, ModelException, TranslateException {
        float[] expected = packaged("1.0.0");
        Path jar = temporary.resolve("models.jar");
        pack(temporary.resolve("models"), jar);
        URL index = new URL("jar:" + jar.toUri() + "!/models/index.json");
        try (ZooModel<NDList, NDList> model =
                criteria(zoo(index)).optEngine(engine).build().loadModel()) {
            assertEquals(engine, model.getNDManager().getEngine().getEngineName());
            assertEquals("en-de", model.getName());
            assertArrayEquals(expected, answer(model), 1e-5f);
            assertTrue(Files.exists(model.getModelPath().resolve(ModelDirectory.TOKENIZER)));
        }
    }

    @EngineTest
    void djlLoadsTheDirectoryByItsServingProperties(String engine)
            throws IOException, ModelException, TranslateException {
        Path directory = temporary.resolve("own");
        float[] expected = TinyModel.save(directory);
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory)
                .optTranslator(new NoopTranslator())
                .optDevice(Device.cpu())
                .optEngine(engine)
                .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel()) {
            assertEquals(engine, model.getNDManager().getEngine().getEngineName());
            assertArrayEquals(expected, answer(model), 1e-5f);
        }
    }

    @EngineTest
    void criteriaOfADirectoryRunNoCodeFromIt(String engine) throws Exception {
        Path directory = temporary.resolve("own");
        float[] expected = TinyModel.save(directory);
        Path ran = temporary.resolve("ran");
        Path source = Files.writeString(temporary.resolve("Evil.java"), """
                public class Evil implements ai.djl.nn.BlockFactory {
                    static {
                        try {
                            java.nio.file.Files.createFile(java.nio.file.Path.of("RAN"));
                        } catch (java.io.IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    public ai.djl.nn.Block newBlock(
                            ai.djl.Model model, java.nio.file.Path path, java.util.Map<String, ?> arguments) {
                        return null;
                    }
                }
                """.replace("RAN", ran.toString()));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        assertEquals(
                0,
                ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                source.toString()));
        Files.writeString(directory.resolve(ModelDirectory.SERVING), "blockFactory=Evil\ntranslatorFactory=Evil\n");
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelZoo(SavedModel.zoo(directory))
                .optTranslator(new NoopTranslator())
                .optDevice(Device.cpu())
                .optEngine(engine)
                .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel()) {
            assertEquals("own", model.getName());
            assertArrayEquals(expected, answer(model), 1e-5f);
        }
        assertFalse(Files.exists(ran));
    }

    @Test
    void aTokenizerOfMoreTokensThanTheModelIsRefused() throws IOException {
        Path directory = temporary.resolve("own");
        TinyModel.save(directory);
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(280, 1, BpeAlphabet.BYTE_LEVEL));
        trainer.add("the cat sat on the mat while it rained and the dog ran around the house all day long");
        trainer.train().save(directory.resolve(ModelDirectory.TOKENIZER));
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelZoo(SavedModel.zoo(directory))
                .build();
        String message =
                assertThrows(MalformedModelException.class, criteria::loadModel).getMessage();
        assertTrue(
                message.contains("must be below the model's 270, got 279; the tokenizer is another model's"), message);
    }

    @Test
    void pyTorchIsTheDefaultWhereBothEnginesAre() throws IOException, ModelException {
        packaged("1.0.0");
        try (ZooModel<NDList, NDList> model = criteria(zoo()).build().loadModel()) {
            assertEquals("PyTorch", model.getNDManager().getEngine().getEngineName());
        }
    }

    @Test
    void newestVersionIsPreferredAndFiltersChoose() throws IOException, ModelException, TranslateException {
        float[] first = packaged("1.0.0");
        float[] second = packaged("1.1.0");
        TransformerModelZoo zoo = zoo();
        try (ZooModel<NDList, NDList> newest = criteria(zoo).build().loadModel();
                ZooModel<NDList, NDList> older =
                        criteria(zoo).optFilter("version", "1.0.0").build().loadModel()) {
            assertArrayEquals(second, answer(newest), 1e-5f);
            assertArrayEquals(first, answer(older), 1e-5f);
        }
        Criteria<NDList, NDList> french =
                criteria(zoo).optFilter("target_language", "fr").build();
        assertEquals(
                "PackagedModelLoader: filters of en-de must match one of"
                        + " [{source_language=en, target_language=de, version=1.1.0},"
                        + " {source_language=en, target_language=de, version=1.0.0}], got {target_language=fr}",
                cause(french));
    }

    @Test
    void modelsAreFoundByApplicationAndListed() throws IOException, ModelException {
        packaged("1.0.0");
        TransformerModelZoo zoo = zoo();
        assertEquals(
                List.of("en-de 1.0.0"),
                zoo.models().stream().map(PackagedModel::toString).toList());
        Criteria.Builder<NDList, NDList> builder = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optTranslator(new NoopTranslator())
                .optModelZoo(zoo)
                .optApplication(Application.NLP.MACHINE_TRANSLATION)
                .optFilters(Map.of("source_language", "en", "target_language", "de"));
        assertFalse(builder.build().isDownloaded());
        builder.build().downloadModel();
        assertTrue(builder.build().isDownloaded());
        builder.build().loadModel().close();
        assertEquals(1, zoo.getModelLoader("en-de").getMrl().listArtifacts().size());
    }

    @Test
    void djlFindsThePackagedZoo() {
        ModelZoo zoo = ModelZoo.getModelZoo("io.github.djltransformers");
        assertInstanceOf(TransformerModelZoo.class, zoo);
        assertEquals(List.of("PyTorch", "MXNet", "OnnxRuntime"), List.copyOf(zoo.getSupportedEngines()));
    }

    @Test
    void unsupportedTypesAreNamed() throws IOException, ModelException {
        packaged("1.0.0");
        Criteria<Integer, NDList> criteria = Criteria.builder()
                .setTypes(Integer.class, NDList.class)
                .optModelZoo(zoo())
                .build();
        String message = cause(criteria);
        assertTrue(message.startsWith("SavedModel: types must be one of [("), message);
        assertTrue(message.endsWith("], got (java.lang.Integer, ai.djl.ndarray.NDList)"), message);
    }

    @Test
    void missingEngineIsNamedWithItsRemedy() {
        assertEquals(
                "EngineChoice: engine must be one of [PyTorch, MXNet, OnnxRuntime], got TensorFlow",
                assertThrows(ModelNotFoundException.class, () -> EngineChoice.of("TensorFlow"))
                        .getMessage());
        assertEquals(
                "EngineChoice: engine must be on the class path, got MXNet with [PyTorch] there;"
                        + " add the dependency ai.djl.mxnet:mxnet-engine",
                EngineChoice.missing("MXNet", List.of("PyTorch")));
        assertEquals(
                "EngineChoice: engine must be on the class path, got none with [] there;"
                        + " add the dependency ai.djl.pytorch:pytorch-engine",
                EngineChoice.missing(null, List.of()));
    }

    @Test
    void enginesAreNamedInAnyCaseAndByDjlsDefault() throws ModelNotFoundException {
        assertEquals("PyTorch", EngineChoice.of("pytorch"));
        assertEquals("MXNet", EngineChoice.of("MXNET"));
        String before = System.getProperty("ai.djl.default_engine");
        System.setProperty("ai.djl.default_engine", "MXNet");
        try {
            assertEquals("MXNet", EngineChoice.of(null));
            assertEquals("PyTorch", EngineChoice.of("PyTorch"));
        } finally {
            if (before == null) {
                System.clearProperty("ai.djl.default_engine");
            } else {
                System.setProperty("ai.djl.default_engine", before);
            }
        }
    }

    @EngineTest
    void theUrlThatDjlPrintsLoadsFromTheJar(String engine) throws IOException, ModelException, TranslateException {
        String url =
                TransformerModelZoo.packaged().getModelLoader("en-de").getMrl().toString();
        assertTrue(url.startsWith("djl://io.github.djltransformers/en-de"), url);
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelUrls(url)
                .optEngine(engine)
                .optDevice(Device.cpu())
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            assertEquals("Hallo.", predictor.predict("Hello."));
        }
        assertEquals(
                "TransformerModelZoo: model must be one of "
                        + TransformerModelZoo.packaged().models() + ", got en-it",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Criteria.builder().optModelUrls("djl://io.github.djltransformers/en-it"))
                        .getMessage());
    }

    @Test
    void argumentsThatMeanNothingAreRefused() throws IOException {
        Path directory = temporary.resolve("own");
        TinyModel.save(directory);
        assertEquals(
                "SavedModel: arguments must be among [alignments, batchTokens, beam, beamGroups, choices, compile,"
                        + " diversityPenalty, endToken, epsilonCutoff, etaCutoff, frequencyPenalty, jsonSchema,"
                        + " lengthFactor, lengthOffset, lengthPenalty, maxLength, maxNewTokens, minNewTokens, minP, nBest,"
                        + " noRepeatNgramSize, onTooLong, padToken, penaltyAlpha, phrases, precision, presencePenalty,"
                        + " regex, repetitionPenalty, runtime, sample, seed, startToken, temperature, topK, topP, typicalP,"
                        + " weights], got unknown [beams]",
                refusal(directory, "PyTorch", "beams", 8));
        assertEquals(
                "CompilationConfig: precision must be one that the engine computes in, got INT8: MXNet programs compute in"
                        + " FLOAT32 only, not in INT8",
                refusal(directory, "MXNet", "precision", "int8"));
    }

    private static String refusal(Path directory, String engine, String argument, Object value) {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelZoo(SavedModel.zoo(directory))
                .optEngine(engine)
                .optArgument(argument, value)
                .build();
        return assertThrows(IllegalArgumentException.class, criteria::loadModel).getMessage();
    }

    @Test
    void weightsThatAreNoSafetensorsFileAreRefused() throws IOException, ModelException {
        Path source = temporary.resolve("source");
        TinyModel.save(source);
        byte[] weights = Files.readAllBytes(source.resolve(ModelDirectory.WEIGHTS));
        Files.write(source.resolve(ModelDirectory.WEIGHTS), Arrays.copyOf(weights, weights.length / 2));
        ModelPackager.add(temporary.resolve("models"), source, TinyModel.description("1.0.0"));
        Criteria<NDList, NDList> criteria = criteria(zoo()).build();
        String message =
                assertThrows(MalformedModelException.class, criteria::loadModel).getMessage();
        assertTrue(message.startsWith("SafeTensorsFile: "), message);
        assertTrue(message.contains(ModelDirectory.WEIGHTS), message);
    }

    private float[] packaged(String version) throws IOException, MalformedModelException {
        Path source = temporary.resolve("source-" + version);
        float[] answer = TinyModel.save(source);
        ModelPackager.add(temporary.resolve("models"), source, TinyModel.description(version));
        return answer;
    }

    private TransformerModelZoo zoo() throws IOException, MalformedModelException {
        return zoo(temporary.resolve("models/index.json").toUri().toURL());
    }

    private TransformerModelZoo zoo(URL index) throws IOException, MalformedModelException {
        return TransformerModelZoo.of(index, temporary.resolve("cache"));
    }

    private static Criteria.Builder<NDList, NDList> criteria(TransformerModelZoo zoo) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optTranslator(new NoopTranslator())
                .optModelZoo(zoo)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de")
                .optDevice(Device.cpu());
    }

    private static float[] answer(ZooModel<NDList, NDList> model) throws TranslateException {
        try (NDManager manager = model.getNDManager().newSubManager();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            return predictor
                    .predict(TinyModel.inputs(manager))
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    private static String cause(Criteria<?, ?> criteria) {
        return assertThrows(ModelNotFoundException.class, criteria::loadModel)
                .getCause()
                .getMessage();
    }

    private static void pack(Path directory, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file);
                Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new ZipEntry(
                        "models/" + directory.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, entries);
                entries.closeEntry();
            }
        }
    }
}

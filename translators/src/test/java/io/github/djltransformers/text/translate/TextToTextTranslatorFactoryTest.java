package io.github.djltransformers.text.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.model.ModelConfig;
import io.github.djltransformers.model.ModelDirectory;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class TextToTextTranslatorFactoryTest {
    private static final String TYPES = "(java.lang.String, io.github.djltransformers.text.translate.Translations),"
            + " (java.lang.String, java.lang.String),"
            + " (java.lang.String[], io.github.djltransformers.text.translate.Translations[]),"
            + " (java.lang.String[], java.lang.String[])";

    @TempDir
    private Path directory;

    @EngineTest
    void criteriaLoadADirectoryAndTranslate(String engine) throws Exception {
        List<String> texts = List.of("a dog runs", "", "the man and two dogs");
        List<Translations> expected;
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            ModelDirectory.save(
                    directory,
                    new ModelConfig.EncoderDecoder(tiny.config()),
                    tiny.model().getBlock(),
                    FloatStorage.FLOAT32);
            TranslationConfig config = TranslationConfig.of(Map.of("beam", 2, "nBest", 2, "maxNewTokens", 6));
            try (Predictor<String, Translations> predictor =
                    tiny.model().newPredictor(TextToTextTranslator.ranked(tiny.tokenizer(), config))) {
                expected = predictor.batchPredict(texts);
            }
        }
        try (ZooModel<String, Translations> model = criteria(engine, String.class, Translations.class).toBuilder()
                        .optArgument(CompilationConfig.COMPILE, false)
                        .build()
                        .loadModel();
                Predictor<String, Translations> predictor = model.newPredictor()) {
            assertEquals(expected, predictor.batchPredict(texts));
        }
        try (ZooModel<String, String> model =
                        criteria(engine, String.class, String.class).loadModel();
                Predictor<String, String> predictor = model.newPredictor();
                Predictor<String, String> second = model.newPredictor()) {
            assertEquals(expected.get(0).best().text(), predictor.predict("a dog runs"));
            assertEquals(expected.get(0).best().text(), second.predict("a dog runs"));
        }
        try (ZooModel<String[], String[]> model =
                        criteria(engine, String[].class, String[].class).loadModel();
                Predictor<String[], String[]> predictor = model.newPredictor()) {
            assertEquals(
                    expected.stream().map(one -> one.best().text()).toList(),
                    List.of(predictor.predict(texts.toArray(String[]::new))));
        }
    }

    private <I, O> Criteria<I, O> criteria(String engine, Class<I> input, Class<O> output) {
        return Criteria.builder()
                .setTypes(input, output)
                .optModelPath(directory)
                .optEngine(engine)
                .optDevice(Device.cpu())
                .optTranslatorFactory(new TextToTextTranslatorFactory())
                .optArgument("beam", 2)
                .optArgument("nBest", 2)
                .optArgument("maxNewTokens", 6)
                .build();
    }

    @EngineTest
    void refusesTypesArgumentsAndDirectories(String engine) throws Exception {
        TextToTextTranslatorFactory factory = new TextToTextTranslatorFactory();
        assertEquals(4, factory.getSupportedTypes().size());
        assertTrue(factory.isSupported(String.class, Translations.class));
        try (Model unloaded = Model.newInstance("unloaded", Device.cpu(), engine)) {
            assertEquals(
                    "TextToTextTranslatorFactory: types must be one of " + TYPES
                            + ", got (java.lang.String, java.lang.Integer)",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> factory.newInstance(String.class, Integer.class, unloaded, Map.of()))
                            .getMessage());
            assertEquals(
                    "TextToTextTranslatorFactory: model must be loaded from a directory with a tokenizer.json, got one"
                            + " that was not loaded; make its translator with TextToTextTranslator.best",
                    assertThrows(
                                    TranslateException.class,
                                    () -> factory.newInstance(String.class, String.class, unloaded, Map.of()))
                            .getMessage());
        }
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            ModelDirectory.save(
                    directory,
                    new ModelConfig.EncoderDecoder(tiny.config()),
                    tiny.model().getBlock(),
                    FloatStorage.FLOAT32);
        }
        try (Model model = ModelDirectory.open(directory, "tiny", Device.cpu(), engine)) {
            assertEquals(
                    "TranslationConfig: beams must be at least 1, got 0",
                    assertThrows(
                                    TranslateException.class,
                                    () -> factory.newInstance(String.class, String.class, model, Map.of("beam", 0)))
                            .getMessage());
            Files.delete(directory.resolve("tokenizer.json"));
            assertEquals(
                    "Tokenizers: file must be readable, got " + directory.resolve("tokenizer.json")
                            + " which does not exist; check the path",
                    assertThrows(
                                    TranslateException.class,
                                    () -> factory.newInstance(String.class, String.class, model, Map.of()))
                            .getMessage());
        }
    }
}

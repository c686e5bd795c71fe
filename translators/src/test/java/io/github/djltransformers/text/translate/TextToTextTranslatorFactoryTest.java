package io.github.djltransformers.text.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

class TextToTextTranslatorFactoryTest {
    private static final String TYPES = "(io.github.djltransformers.text.translate.PartialTranslation,"
            + " io.github.djltransformers.text.translate.Translations),"
            + " (io.github.djltransformers.text.translate.PartialTranslation, java.lang.String),"
            + " (java.lang.String, io.github.djltransformers.text.translate.Translations),"
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

    /** A vocabulary of words, whose special tokens have other names. */
    @EngineTest
    void anyTokenizerDoesWhoseMarkersAreNamed(String engine) throws Exception {
        List<String> words = List.of(
                        "[PAD]", "[UNK]", "[BOS]", "[EOS]", "dogs", "run", "far", "away", "and", "never", "come",
                        "back", "to", "where", "they", "were", "before", "they", "met")
                .stream()
                .distinct()
                .toList();
        JsonObject vocabulary = new JsonObject();
        JsonArray added = new JsonArray();
        for (int id = 0; id < words.size(); id++) {
            vocabulary.addProperty(words.get(id), id);
            if (words.get(id).startsWith("[")) {
                JsonObject token = new JsonObject();
                token.addProperty("id", id);
                token.addProperty("content", words.get(id));
                token.addProperty("special", true);
                for (String no : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                    token.addProperty(no, false);
                }
                added.add(token);
            }
        }
        JsonObject tokenizer = JsonParser.parseString("""
                {"version": "1.0", "pre_tokenizer": {"type": "Whitespace"},
                 "model": {"type": "WordLevel", "unk_token": "[UNK]"}}
                """).getAsJsonObject();
        tokenizer.add("added_tokens", added);
        tokenizer.getAsJsonObject("model").add("vocab", vocabulary);
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());
        TransformerConfig config = new TransformerConfig(
                LayerConfig.of(12, 3, 20), 1, 1, words.size(), 16, PositionKind.SINUSOIDAL, false);
        EncoderDecoderTransformer block = new EncoderDecoderTransformer(config);
        String expected;
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Samples.initialized(manager, DataType.FLOAT32, block);
            // A model that has learnt nothing likes to repeat what it read last, be it a marker.
            ParameterNames.of(block).values().stream()
                    .map(Parameter::getArray)
                    .filter(array -> array.getShape().get(0) == words.size())
                    .forEach(table -> table.set(new NDIndex("0:4"), 0));
            ModelDirectory.save(directory, new ModelConfig.EncoderDecoder(config), block, FloatStorage.FLOAT32);
            GenerationConfig generation = GenerationConfig.builder()
                    .optBeams(2)
                    .optMaxNewTokens(6)
                    .optEndIds(Set.of(3))
                    .build();
            int[] found = new Generation(block, new ParameterStore(manager, false), manager, generation)
                    .fromSources(List.of(new int[] {4, 5, 1, 3}), 2)
                    .get(0)
                    .get(0)
                    .content();
            expected = Arrays.stream(found)
                    .filter(id -> id > 3)
                    .mapToObj(words::get)
                    .collect(Collectors.joining(" "));
        }
        Criteria<String, String> named = criteria(engine, String.class, String.class).toBuilder()
                .optArgument("padToken", "[PAD]")
                .optArgument("startToken", "[BOS]")
                .optArgument("endToken", "[EOS]")
                .build();
        try (ZooModel<String, String> model = named.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            assertTrue(expected.contains(" "), "'" + expected + "'");
            assertEquals(expected, predictor.predict("dogs run somewhere"));
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
        assertEquals(6, factory.getSupportedTypes().size());
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
                    "TextToTextTranslatorFactory: model must be loaded from a directory with a tokenizer, got one"
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
                    "TranslationConfig: beam must be at least 1, got 0",
                    assertThrows(
                                    TranslateException.class,
                                    () -> factory.newInstance(String.class, String.class, model, Map.of("beam", 0)))
                            .getMessage());
            Files.delete(directory.resolve("tokenizer.json"));
            String message = assertThrows(
                            TranslateException.class,
                            () -> factory.newInstance(String.class, String.class, model, Map.of()))
                    .getMessage();
            assertTrue(message.startsWith("TextTokenizer: " + directory + " must hold a tokenizer.json"), message);
        }
    }
}

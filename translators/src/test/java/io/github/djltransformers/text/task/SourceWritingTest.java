package io.github.djltransformers.text.task;

import static io.github.djltransformers.text.task.WritingFiles.edit;
import static io.github.djltransformers.text.task.WritingFiles.load;
import static io.github.djltransformers.text.task.WritingFiles.predict;
import static io.github.djltransformers.text.task.WritingFiles.tokens;
import static io.github.djltransformers.text.task.WritingFiles.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.GenerationConfigBuilder;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translation;
import io.github.djltransformers.text.translate.Translations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** What checkpoints that read sources write for them, told what to do as each family learnt it. */
class SourceWritingTest {
    @TempDir
    private Path directory;

    private Path checkpoint(String tokenizer, String architecture) throws Exception {
        return WritingFiles.checkpoint(directory, tokenizer, architecture);
    }

    @EngineTest
    void languagesAreToldAsEachFamilyLearntThem(String engine) throws Exception {
        String text = "Good morning.";
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        Path mbart = checkpoint("mbart_spm", "MBartForConditionalGeneration");
        edit(mbart, "config.json", "{\"decoder_start_token_id\": 2}");
        Path marian = checkpoint("marian_spm_multi", "MarianMTModel");
        JsonObject wishes = JsonParser.parseString("{\"max_new_tokens\": 5, \"num_beams\": 1}")
                .getAsJsonObject();
        Map<String, Object> toGerman =
                Map.of("sourceLanguage", "en", "targetLanguage", "de", "maxNewTokens", 5, "beam", 1);
        try (TextTokenizer tokenizer = TextTokenizer.open(m2m)) {
            int german = tokenizer.languages().id("de");
            int[] source = tokenizer.encode(TextInput.of(text).in("en")).ids();
            GenerationConfig config = GenerationConfigJson.read(m2m, wishes);
            check(m2m, engine, toGerman, config.toBuilder().optFirstId(german), 2, source, text);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(mbart)) {
            int[] source = tokenizer.encode(TextInput.of(text).in("en_XX")).ids();
            check(
                    mbart,
                    engine,
                    toGerman,
                    GenerationConfigJson.read(mbart, wishes).toBuilder(),
                    tokenizer.languages().id("de_DE"),
                    source,
                    text);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(marian)) {
            String marker = List.of(">>de<<", ">>deu<<").stream()
                    .filter(each -> tokenizer.id(each).isPresent())
                    .findFirst()
                    .orElseThrow();
            int[] source = tokenizer.encode(marker + " " + text).ids();
            assertEquals(tokenizer.id(marker).getAsInt(), source[0]);
            check(marian, engine, toGerman, GenerationConfigJson.read(marian, wishes).toBuilder(), 1377, source, text);
        }
    }

    private static void check(
            Path checkpoint,
            String engine,
            Map<String, ?> arguments,
            GenerationConfigBuilder config,
            int startId,
            int[] source,
            String text)
            throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint)) {
            GeneratedSequence expected = written(
                    checkpoint, engine, config.optEndIds(tokenizer.endIds()).build(), startId, source);
            GeneratedText found = predict(checkpoint, text, GeneratedText.class, engine, arguments);
            assertEquals(tokens(expected), found.tokens(), checkpoint.toString());
            Translations ranked = predict(checkpoint, text, Translations.class, engine, arguments);
            assertEquals(tokenizer.decode(expected.content()), ranked.best().text());
            assertEquals(expected.score(), ranked.best().score(), 1e-4);
        }
    }

    @EngineTest
    void tasksHavePrefixesAndSettingsOfTheirOwn(String engine) throws Exception {
        Path t5 = checkpoint("t5_spm", "T5ForConditionalGeneration");
        edit(
                t5,
                "config.json",
                "{\"decoder_start_token_id\": 0, \"task_specific_params\": {\"translation_en_to_de\": {\"prefix\":"
                        + " \"translate English to German: \", \"max_length\": 6, \"num_beams\": 3}}}");
        String expected = predict(
                t5, "translate English to German: Hi", String.class, engine, Map.of("maxNewTokens", 5, "beam", 3));
        assertEquals(
                expected,
                predict(t5, "Hi", String.class, engine, Map.of("sourceLanguage", "en", "targetLanguage", "de")));
        assertEquals(expected, predict(t5, "Hi", String.class, engine, Map.of("task", "translation_en_to_de")));
        assertEquals(
                predict(t5, "translate English to French: Hi", String.class, engine, Map.of()),
                predict(t5, "Hi", String.class, engine, Map.of("sourceLanguage", "en", "targetLanguage", "fr")));
        assertEquals(
                predict(t5, "summarize: Hi", String.class, engine, Map.of()),
                predict(t5, "Hi", String.class, engine, Map.of("prefix", "summarize: ")));
        refuses(
                t5,
                "task must be one of [translation_en_to_de], the task_specific_params in config.json, got poem",
                Map.of("task", "poem"));
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        refuses(m2m, "targetLanguage must be one of [af, am, ar", Map.of("targetLanguage", "tlh"));
        refuses(m2m, "got none", Map.of());
        Path marian = checkpoint("marian_spm", "MarianMTModel");
        refuses(
                marian,
                "targetLanguage must be de, which the checkpoint was trained for, got fr",
                Map.of("targetLanguage", "fr"));
    }

    private static void refuses(Path checkpoint, String message, Map<String, ?> arguments) {
        Throwable error = assertThrows(
                Exception.class,
                () -> load(checkpoint, String.class, String.class, "PyTorch", arguments)
                        .close());
        String all = "";
        for (Throwable each = error; each != null; each = each.getCause()) {
            all += each.getMessage() + "\n";
        }
        assertTrue(all.contains(message), all);
    }

    /** Each word of what is written comes from a word of the text, whatever a family puts around both. */
    @EngineTest
    void translationsSayWhichWordsTheyComeFrom(String engine) throws Exception {
        Path t5 = checkpoint("t5_spm", "T5ForConditionalGeneration");
        edit(t5, "config.json", "{\"decoder_start_token_id\": 0}");
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        for (Path checkpoint : List.of(t5, m2m)) {
            Map<String, Object> arguments = Map.of(
                    "sourceLanguage", "en", "targetLanguage", "de", "maxNewTokens", 12, "beam", 1, "alignments", true);
            Translation found = predict(checkpoint, "Good morning, friend.", Translations.class, engine, arguments)
                    .best();
            int words = found.text().isBlank() ? 0 : found.text().strip().split("\\s+").length;
            assertTrue(words > 0, found.text());
            assertEquals(words, found.alignment().size());
            for (int word = 0; word < words; word++) {
                assertEquals(word, found.alignment().get(word).target());
                int source = found.alignment().get(word).source();
                assertTrue(source >= 0 && source < 3, found.alignment().toString());
            }
        }
    }

    /** What is given is not written again, whatever a family writes first of its own. */
    @EngineTest
    void translationsGoOnFromTheirBeginning(String engine) throws Exception {
        String text = "Good morning.";
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        Path marian = checkpoint("marian_spm", "MarianMTModel");
        for (Path checkpoint : List.of(m2m, marian)) {
            Map<String, Object> arguments = checkpoint.equals(m2m)
                    ? Map.of("sourceLanguage", "en", "targetLanguage", "de", "maxNewTokens", 5, "beam", 1)
                    : Map.of("maxNewTokens", 5, "beam", 1);
            try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint);
                    ZooModel<PartialTranslation, Translations> model =
                            load(checkpoint, PartialTranslation.class, Translations.class, engine, arguments);
                    Predictor<PartialTranslation, Translations> predictor = model.newPredictor()) {
                int[] own = tokenizer
                        .encode(TextInput.of("Guten").withoutFrame().asTarget())
                        .ids();
                assertTrue(own.length > 0);
                int startId = GenerationConfigJson.startId(checkpoint);
                int[] forced = checkpoint.equals(m2m)
                        ? new int[] {startId, tokenizer.languages().id("de")}
                        : new int[] {startId};
                int[] beginning = IntStream.concat(Arrays.stream(forced), Arrays.stream(own))
                        .toArray();
                int[] source = tokenizer
                        .encode(TextInput.of(text).in(checkpoint.equals(m2m) ? "en" : null))
                        .ids();
                JsonObject wishes = JsonParser.parseString("{\"max_new_tokens\": 5, \"num_beams\": 1}")
                        .getAsJsonObject();
                NDManager manager = model.getNDManager();
                GeneratedSequence expected = new Generation(
                                (GenerativeModel) model.getBlock(),
                                new ParameterStore(manager, false),
                                manager,
                                GenerationConfigJson.read(checkpoint, wishes))
                        .fromBeginnings(List.of(source), List.of(beginning), each -> 5)
                        .get(0)
                        .get(0);
                Translation found = predictor
                        .batchPredict(List.of(PartialTranslation.of("Hi."), new PartialTranslation(text, "Guten  ")))
                        .get(1)
                        .best();
                int[] whole = IntStream.concat(Arrays.stream(own), Arrays.stream(expected.content()))
                        .toArray();
                assertEquals(tokenizer.decode(whole), found.text());
                assertTrue(found.text().startsWith("Guten"), found.text());
                assertEquals(expected.score(), found.score(), 1e-4);
                assertEquals(
                        predict(checkpoint, text, String.class, engine, arguments),
                        predictor.predict(PartialTranslation.of(text)).best().text());
            }
        }
    }
}

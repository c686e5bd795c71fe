package io.github.djltransformers.text.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.nn.Blocks;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.data.BlankText;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class TextToTextTranslatorTest {
    private static final TranslationConfig CONFIG =
            TranslationConfig.of(Map.of("beam", 3, "nBest", 3, "maxNewTokens", 8));

    /** Half surrogates, the null character, markers, scripts unseen in training, white space and nothing at all. */
    private static final List<String> TEXTS = List.of(
            "a dog runs",
            "two dogs run over the grass",
            "",
            "the man",
            " \t\n\u3000",
            "\uD83D\uDC36 hund \u72AC",
            "\uD800",
            "a\u0000b",
            "</s> dog <pad>",
            "x",
            "a dog runs");

    @TempDir
    private Path directory;

    @EngineTest
    void anyTextIsTranslatedAndItsBatchDoesNotMatter(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory);
                Predictor<String, Translations> predictor =
                        tiny.model().newPredictor(TextToTextTranslator.ranked(tiny.tokenizer(), CONFIG))) {
            List<Translations> together = predictor.batchPredict(TEXTS);
            assertEquals(TEXTS.size(), together.size());
            for (int i = 0; i < TEXTS.size(); i++) {
                Translations alone = predictor.predict(TEXTS.get(i));
                assertClose(alone, together.get(i));
                if (BlankText.isBlank(TEXTS.get(i))) {
                    assertEquals(new Translations(List.of(Translation.EMPTY)), alone);
                } else {
                    assertRanked(alone);
                }
            }
            assertEquals(together.get(0), together.get(TEXTS.size() - 1));
        }
    }

    @EngineTest
    void translationsGoOnFromTheirBeginning(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory);
                Predictor<PartialTranslation, Translations> predictor =
                        tiny.model().newPredictor(TextToTextTranslator.rankedCompletions(tiny.tokenizer(), CONFIG));
                Predictor<PartialTranslation, String> best =
                        tiny.model().newPredictor(TextToTextTranslator.bestCompletion(tiny.tokenizer(), CONFIG));
                Predictor<String, Translations> plain =
                        tiny.model().newPredictor(TextToTextTranslator.ranked(tiny.tokenizer(), CONFIG))) {
            List<PartialTranslation> inputs = List.of(
                    PartialTranslation.of("a dog runs"),
                    new PartialTranslation("a dog runs", "two dogs "),
                    new PartialTranslation("", "two dogs"),
                    new PartialTranslation("the man", "a man on the"));
            List<Translations> together = predictor.batchPredict(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                assertClose(predictor.predict(inputs.get(i)), together.get(i));
                assertEquals(together.get(i).best().text(), best.predict(inputs.get(i)));
            }
            assertClose(plain.predict("a dog runs"), together.get(0));
            together.get(1).ranked().forEach(each -> assertTrue(each.text().startsWith("two dogs"), each.text()));
            assertEquals(new Translations(List.of(Translation.EMPTY)), together.get(2));
            together.get(3).ranked().forEach(each -> assertTrue(each.text().startsWith("a man on the"), each.text()));
            PartialTranslation tooLong = new PartialTranslation("a dog", "a dog runs ".repeat(20));
            assertTrue(assertThrows(TranslateException.class, () -> predictor.predict(tooLong))
                    .getMessage()
                    .startsWith(
                            "TextToTextTranslator: beginning must have at most 23 tokens, which leave the model room"
                                    + " for one more, got "));
            assertEquals(
                    "PartialTranslation: text and beginning must be given, got no beginning; an empty one is \"\"",
                    assertThrows(IllegalArgumentException.class, () -> new PartialTranslation("a", null))
                            .getMessage());
        }
    }

    @EngineTest
    void translationsAreWhatTheyMustBe(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            TextTokenizer tokenizer = tiny.tokenizer();
            TranslationConfig phrases =
                    TranslationConfig.of(Map.of("beam", 3, "nBest", 2, "maxNewTokens", 6, "phrases", "green\nthe dog"));
            for (Translations each : predict(tiny, TextToTextTranslator.ranked(tokenizer, phrases), "a dog", "x")) {
                assertEquals(2, each.ranked().size());
                for (Translation one : each.ranked()) {
                    assertTrue(one.text().contains("green") && one.text().contains("the dog"), one.text());
                }
            }
            TranslationConfig choices =
                    TranslationConfig.of(Map.of("maxNewTokens", 20, "choices", "a man walks\ntwo dogs"));
            String choice = predict(tiny, TextToTextTranslator.best(tokenizer, choices), "a dog")
                    .get(0);
            assertTrue(List.of("a man walks", "two dogs").contains(choice), choice);
            TranslationConfig drawn =
                    TranslationConfig.of(Map.of("temperature", 3, "seed", 5, "nBest", 4, "maxNewTokens", 6));
            Translations samples = predict(tiny, TextToTextTranslator.ranked(tokenizer, drawn), "a dog")
                    .get(0);
            assertEquals(
                    4,
                    samples.ranked().stream().map(Translation::text).distinct().count());
            assertEquals(
                    samples,
                    predict(tiny, TextToTextTranslator.ranked(tokenizer, drawn), "a dog")
                            .get(0));
        }
    }

    private static void assertRanked(Translations translations) {
        List<Translation> ranked = translations.ranked();
        assertEquals(3, ranked.size());
        assertEquals(ranked.get(0), translations.best());
        for (int i = 0; i < ranked.size(); i++) {
            Translation translation = ranked.get(i);
            assertTrue(i == 0 || ranked.get(i - 1).score() >= translation.score());
            assertTrue(translation.logProbability() < 0);
            if (translation.finishReason() == FinishReason.LENGTH) {
                assertEquals(translation.logProbability() / 8, translation.score(), 1e-9);
            }
        }
    }

    private static void assertClose(Translations expected, Translations actual) {
        assertEquals(expected.ranked().size(), actual.ranked().size());
        for (int i = 0; i < expected.ranked().size(); i++) {
            assertEquals(expected.ranked().get(i).text(), actual.ranked().get(i).text());
            assertEquals(
                    expected.ranked().get(i).score(), actual.ranked().get(i).score(), 1e-5);
        }
    }

    @EngineTest
    void allTypesGiveTheSame(String engine) throws Exception {
        String[] texts = {"a dog", "", "the man walks"};
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            TextTokenizer tokenizer = tiny.tokenizer();
            List<Translations> ranked = predict(tiny, TextToTextTranslator.ranked(tokenizer, CONFIG), texts);
            List<String> best = predict(tiny, TextToTextTranslator.best(tokenizer, CONFIG), texts);
            assertEquals(ranked.stream().map(one -> one.best().text()).toList(), best);
            assertEquals("", best.get(1));
            assertFalse(best.get(0).isEmpty());
            List<String[]> bestOfEach = predict(
                    tiny, TextToTextTranslator.bestOfEach(tokenizer, CONFIG), texts, new String[0], new String[] {
                        "a dog"
                    });
            assertEquals(3, bestOfEach.size());
            assertArrayEquals(best.toArray(), bestOfEach.get(0));
            assertEquals(0, bestOfEach.get(1).length);
            assertArrayEquals(new String[] {best.get(0)}, bestOfEach.get(2));
            Translations[] rankedOfEach = predict(
                            tiny, TextToTextTranslator.rankedOfEach(tokenizer, CONFIG), new String[][] {texts})
                    .get(0);
            assertEquals(3, rankedOfEach.length);
            for (int i = 0; i < texts.length; i++) {
                assertClose(ranked.get(i), rankedOfEach[i]);
            }
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <I, O> List<O> predict(TinyTranslation tiny, Translator<I, O> translator, I... inputs)
            throws TranslateException {
        try (Predictor<I, O> predictor = tiny.model().newPredictor(translator)) {
            return predictor.batchPredict(Arrays.asList(inputs));
        }
    }

    @EngineTest
    void smallerBatchesGiveTheSame(String engine) throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            texts.add("dog ".repeat(1 + (i * 5) % 7).trim());
        }
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            String[] inputs = texts.toArray(String[]::new);
            List<Translations> together = predict(tiny, TextToTextTranslator.ranked(tiny.tokenizer(), CONFIG), inputs);
            for (int budget : new int[] {1, 20}) {
                TranslationConfig small =
                        TranslationConfig.of(Map.of("beam", 3, "nBest", 3, "maxNewTokens", 8, "batchTokens", budget));
                List<Translations> apart = predict(tiny, TextToTextTranslator.ranked(tiny.tokenizer(), small), inputs);
                for (int i = 0; i < inputs.length; i++) {
                    assertClose(together.get(i), apart.get(i));
                }
            }
        }
    }

    @EngineTest
    void textWithoutContentAsksNoModel(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory);
                Model empty = Model.newInstance("empty", Device.cpu(), engine)) {
            empty.setBlock(new EncoderDecoderTransformer(tiny.config())); // has no parameters to read
            try (Predictor<String, String> predictor =
                    empty.newPredictor(TextToTextTranslator.best(tiny.tokenizer(), CONFIG))) {
                assertEquals(List.of("", ""), predictor.batchPredict(List.of("", " \n")));
                assertThrows(TranslateException.class, () -> predictor.predict("a dog"));
            }
        }
    }

    @EngineTest
    void longTextIsCutAndTheLogSaysSo(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            String text = "dog ".repeat(40).trim();
            int[] ids = tiny.tokenizer().encode(text).ids();
            assertTrue(ids.length >= 40);
            for (int limit : new int[] {7, TinyTranslation.MAX_LENGTH}) {
                String start = tiny.tokenizer().decode(Arrays.copyOf(ids, limit - 1));
                assertEquals(limit - 1, tiny.tokenizer().encode(start).length());
                TranslationConfig config = TranslationConfig.of(
                        limit == 7 ? Map.of("maxLength", 7, "maxNewTokens", 8) : Map.of("maxNewTokens", 8));
                PrintStream original = System.err;
                ByteArrayOutputStream log = new ByteArrayOutputStream();
                List<String> cut;
                System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
                try {
                    cut = predict(tiny, TextToTextTranslator.best(tiny.tokenizer(), config), "x", text);
                } finally {
                    System.setErr(original);
                }
                assertEquals(
                        predict(tiny, TextToTextTranslator.best(tiny.tokenizer(), config), start), cut.subList(1, 2));
                String expected = "..." + "' of " + (ids.length + 1) + " tokens is cut to " + limit
                        + ", and what follows is not translated; split it into sentences";
                assertTrue(
                        log.toString(StandardCharsets.UTF_8).contains(expected), log.toString(StandardCharsets.UTF_8));
            }
        }
    }

    @EngineTest
    void longTextIsRefusedWhereThatIsAskedFor(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            TranslationConfig config =
                    TranslationConfig.of(Map.of("maxLength", 7, "maxNewTokens", 8, "onTooLong", "refuse"));
            Translator<String, String> translator = TextToTextTranslator.best(tiny.tokenizer(), config);
            assertFalse(predict(tiny, translator, "a dog").get(0).isEmpty());
            String text = "dog ".repeat(40).trim();
            int length = tiny.tokenizer().encode(text).length() + 1;
            assertEquals(
                    "TextToTextTranslator: text must have at most 7 tokens, got " + length
                            + " in 'dog dog dog dog dog dog dog dog dog dog ...'; split it into"
                            + " sentences, or cut it by the argument onTooLong=cut",
                    assertThrows(TranslateException.class, () -> predict(tiny, translator, "a dog", text))
                            .getMessage());
        }
    }

    @EngineTest
    void translationsStopAtTheModelsLength(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            TranslationConfig config =
                    TranslationConfig.of(Map.of("beam", 2, "nBest", 2, "maxNewTokens", 1000, "lengthFactor", 1000));
            List<Translation> found = predict(
                            tiny, TextToTextTranslator.ranked(tiny.tokenizer(), config), "a dog runs over the grass")
                    .get(0)
                    .ranked();
            assertEquals(2, found.size());
            for (Translation translation : found) {
                assertEquals(FinishReason.LENGTH, translation.finishReason());
                assertEquals(translation.logProbability() / TinyTranslation.MAX_LENGTH, translation.score(), 1e-9);
            }
        }
    }

    @EngineTest
    void predictionsLeaveNoArrays(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory);
                Predictor<String, String> predictor =
                        tiny.model().newPredictor(TextToTextTranslator.best(tiny.tokenizer(), CONFIG))) {
            int before = tiny.model().getNDManager().getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                predictor.batchPredict(List.of("a dog", "the man runs"));
            }
            assertEquals(before, tiny.model().getNDManager().getManagedArrays().size());
        }
    }

    @EngineTest
    void refusesNullAndOtherBlocks(String engine) throws Exception {
        try (TinyTranslation tiny = new TinyTranslation(engine, directory)) {
            Translator<String, String> translator = TextToTextTranslator.best(tiny.tokenizer(), CONFIG);
            assertEquals(
                    "TextToTextTranslator: text must be given, got null at index 1",
                    assertThrows(TranslateException.class, () -> predict(tiny, translator, "a", null))
                            .getMessage());
            try (Model other = Model.newInstance("other", Device.cpu(), engine)) {
                other.setBlock(Blocks.identityBlock());
                try (Predictor<String, String> predictor = other.newPredictor(translator)) {
                    assertEquals(
                            "TextToTextTranslator: the model's block must be an EncoderDecoderTransformer, got "
                                    + Blocks.identityBlock().getClass().getName(),
                            assertThrows(TranslateException.class, () -> predictor.predict("a"))
                                    .getMessage());
                }
            }
        }
    }
}

package io.github.djltransformers.text.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.djltransformers.decode.Contrast;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.Sampling;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslationConfigTest {
    @Test
    void readsArgumentsAsNumbersAndAsText() {
        assertEquals(TranslationConfig.DEFAULT, TranslationConfig.of(Map.of("engine", "PyTorch")));
        assertEquals(
                new TranslationConfig(
                        GenerationConfig.builder()
                                .optBeams(5)
                                .optNBest(2)
                                .optLengthPenalty(0.6)
                                .optMaxNewTokens(80)
                                .build(),
                        null,
                        List.of("red", "green house"),
                        true,
                        100,
                        TooLong.REFUSE,
                        1.5,
                        5,
                        512,
                        new MarkerTokens("[P]", "<s>", "[E]")),
                TranslationConfig.of(Map.ofEntries(
                        Map.entry("beam", 5.0),
                        Map.entry("nBest", "2"),
                        Map.entry("lengthPenalty", "0.6"),
                        Map.entry("alignments", "true"),
                        Map.entry("phrases", "red\n green house \n\n"),
                        Map.entry("maxLength", 100),
                        Map.entry("onTooLong", "refuse"),
                        Map.entry("maxNewTokens", "80"),
                        Map.entry("lengthFactor", 1.5),
                        Map.entry("lengthOffset", "5"),
                        Map.entry("batchTokens", 512L),
                        Map.entry("padToken", "[P]"),
                        Map.entry("endToken", "[E]"))));
    }

    @Test
    void tokensAreDrawnWhereThatIsAskedFor() {
        GenerationConfig config = TranslationConfig.of(Map.of("temperature", 0.7, "seed", 3, "nBest", 5))
                .generation();
        assertEquals(1, config.beams());
        assertEquals(5, config.nBest());
        assertEquals(Sampling.PLAIN.withTemperature(0.7).withTopK(50).withSeed(3), config.sampling());
        GenerationConfig contrasted =
                TranslationConfig.of(Map.of("penaltyAlpha", 0.6, "topK", 4)).generation();
        assertEquals(1, contrasted.beams());
        assertEquals(new Contrast(0.6, 4), contrasted.contrast());
        assertEquals(TranslationConfig.DEFAULT, TranslationConfig.of(Map.of("penaltyAlpha", 0)));
    }

    @Test
    void refusesWhatBreaksARule() {
        refuses("beam must be at least 1, got 0", Map.of("beam", 0));
        refuses("beam must be a whole number, got four", Map.of("beam", "four"));
        refuses("beam must be a whole number, got 2.5", Map.of("beam", 2.5));
        assertEquals(
                "GenerationConfig: nBest must be in [1, beams = 2], got 3",
                assertThrows(IllegalArgumentException.class, () -> TranslationConfig.of(Map.of("beam", 2, "nBest", 3)))
                        .getMessage());
        refuses("lengthPenalty must be a number, got Infinity", Map.of("lengthPenalty", "Infinity"));
        refuses("lengthPenalty must be a number, got long", Map.of("lengthPenalty", "long"));
        refuses("maxLength must be at least 2 (a token and the end token), got 1", Map.of("maxLength", 1));
        refuses("maxNewTokens must be at least 1, got 0", Map.of("maxNewTokens", 0));
        refuses("lengthFactor must be at least 0, got -1.0", Map.of("lengthFactor", -1));
        refuses("lengthOffset must be at least 1, got 0", Map.of("lengthOffset", 0));
        assertEquals(
                "MarkerTokens: padding, start and end must not be empty, got '<pad>', '' and '</s>'",
                assertThrows(IllegalArgumentException.class, () -> TranslationConfig.of(Map.of("startToken", "")))
                        .getMessage());
        refuses("batchTokens must be at least 1, got 0", Map.of("batchTokens", 0));
        refuses("onTooLong must be one of cut, refuse, got split", Map.of("onTooLong", "split"));
    }

    private static void refuses(String message, Map<String, ?> arguments) {
        assertEquals(
                "TranslationConfig: " + message,
                assertThrows(IllegalArgumentException.class, () -> TranslationConfig.of(arguments))
                        .getMessage());
    }

    @Test
    void translationsHaveABest() {
        assertEquals(
                "Translations: ranked must have at least 1 element, got none",
                assertThrows(IllegalArgumentException.class, () -> new Translations(List.of()))
                        .getMessage());
    }

    @Test
    void refusesTokenizersThatLackMarkers(@TempDir Path directory) throws Exception {
        TinyTranslation.tokenizer(directory).close();
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("</s>", "<e>"));
        try (TextTokenizer other = TextTokenizer.open(file)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> TextToTextTranslator.best(other, TranslationConfig.DEFAULT))
                    .getMessage();
            assertEquals(
                    "TextToTextTranslator: tokenizer must have the special token </s>, got none; name the"
                            + " tokenizer's own by endToken",
                    message);
        }
    }
}

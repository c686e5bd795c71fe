package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Measured against the bare native tokenizer in the same process; only where asked for, on a machine that is at rest. */
@EnabledIfSystemProperty(named = "test.speed", matches = "true")
class TokenizerSpeedTest {
    private static final int SENTENCES = 10_000;
    private static final int ROUNDS = 15;

    @TempDir
    Path directory;

    @Test
    void aBatchCostsHardlyMoreThanTheNativeOne() throws Exception {
        for (String name : List.of("json_wordpiece", "json_llama3", "json_unigram")) {
            Path folder = Path.of(
                    TokenizerSpeedTest.class.getResource("/tokenizers/" + name).toURI());
            List<String> texts = sentences();
            List<TextInput> inputs = texts.stream().map(TextInput::of).toList();
            Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
            try (TextTokenizer own = TextTokenizer.open(folder);
                    HuggingFaceTokenizer bare =
                            HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"), whole)) {
                double[] ratios = new double[ROUNDS];
                for (int round = -3; round < ROUNDS; round++) {
                    long start = System.nanoTime();
                    bare.batchEncode(texts, true, false);
                    long middle = System.nanoTime();
                    own.encode(inputs);
                    long end = System.nanoTime();
                    ratios[Math.max(0, round)] = (double) (end - middle) / (middle - start);
                }
                Arrays.sort(ratios);
                System.err.println(name + " " + Arrays.toString(ratios));
                assertTrue(ratios[ROUNDS / 2] <= 1.15, () -> name + " " + Arrays.toString(ratios));
            }
        }
    }

    private static List<String> sentences() {
        Random random = new Random(3);
        List<String> words = List.of(
                "Tom",
                "asked",
                "Mary",
                "whether",
                "Größe",
                "questions",
                "the",
                "a",
                "seldom",
                "beach,",
                "don't",
                "42",
                "Zürich",
                "unbelievable",
                "running");
        return IntStream.range(0, SENTENCES)
                .mapToObj(i -> IntStream.range(0, 6 + random.nextInt(15))
                        .mapToObj(j -> words.get(random.nextInt(words.size())))
                        .reduce((left, right) -> left + " " + right)
                        .orElseThrow())
                .toList();
    }

    @Test
    void aLargeVocabularyOpensFast() throws Exception {
        Random random = new Random(5);
        List<String> pieces = new ArrayList<>();
        StringBuilder json = new StringBuilder(
                "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,"
                        + "\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\"},"
                        + "\"post_processor\":null,\"decoder\":null,\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"<unk>\",0]");
        for (int i = 1; i < 250_000; i++) {
            pieces.add((random.nextBoolean() ? "▁" : "") + Integer.toString(i, 36) + (char) ('a' + random.nextInt(26)));
            json.append(",[\"")
                    .append(pieces.get(i - 1))
                    .append("\",")
                    .append(-i / 1e4)
                    .append(']');
        }
        Files.writeString(directory.resolve("tokenizer.json"), json.append("]}}"));
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            long start = System.nanoTime();
            TextTokenizer.open(directory).close();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.err.println("opened in " + seconds + " s");
            best = Math.min(best, seconds);
        }
        for (int i = 0; i < 2; i++) {
            long start = System.nanoTime();
            HuggingFaceTokenizer.newInstance(directory).close();
            System.err.println("bare opened in " + (System.nanoTime() - start) / 1e9 + " s");
        }
        assertTrue(best < 1.5, "opened in " + best + " s");
    }
}

package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.LibraryVersion;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number of sacreBLEU 2.6.0 on its cases: tokens, corpus and sentence scores, their parts and signatures. */
class SacreBleuParityTest {
    private static final double RELATIVE = 1e-12;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cs_basic",
                "de_basic",
                "de_quotes",
                "empty_both",
                "empty_hyp",
                "empty_ref",
                "en_apostrophes",
                "en_basic",
                "en_case",
                "en_disjoint",
                "en_identical",
                "en_long_hyp",
                "en_numbers",
                "en_one_word",
                "en_punct",
                "en_repeats",
                "en_short_hyp",
                "en_three_refs",
                "en_two_refs",
                "en_whitespace",
                "fr_basic",
                "ter_shift",
                "zh_basic"
            })
    void equalsSacreBleu(String name) throws IOException {
        JsonObject data = load(name);
        List<String> hypotheses = texts(data.get("hypotheses"));
        List<List<String>> references = streams(data.get("references"));
        for (Map.Entry<String, JsonElement> tokenized :
                data.getAsJsonObject("tokenized").entrySet()) {
            checkTokens(tokenized.getKey(), tokenized.getValue().getAsJsonObject(), hypotheses, references);
        }
        JsonArray corpus = data.getAsJsonArray("corpus");
        assertTrue(corpus.size() >= 21, "corpus scores: " + corpus.size());
        for (JsonElement expected : corpus) {
            check(expected.getAsJsonObject(), hypotheses, references);
        }
        JsonArray sentences = data.getAsJsonArray("sentence");
        assertEquals(hypotheses.size(), sentences.size());
        for (JsonElement element : sentences) {
            JsonObject sentence = element.getAsJsonObject();
            int line = sentence.get("index").getAsInt();
            List<List<String>> ofLine =
                    references.stream().map(stream -> List.of(stream.get(line))).toList();
            JsonArray scores = sentence.getAsJsonArray("scores");
            assertTrue(scores.size() >= 10, "sentence scores: " + scores.size());
            for (JsonElement expected : scores) {
                check(expected.getAsJsonObject(), List.of(hypotheses.get(line)), ofLine);
            }
        }
    }

    private static void checkTokens(
            String tokenizer, JsonObject tokenized, List<String> hypotheses, List<List<String>> references) {
        List<String> expected = texts(tokenized.get("hypotheses"));
        streams(tokenized.get("references")).forEach(expected::addAll);
        List<String> all = new ArrayList<>(hypotheses);
        references.forEach(all::addAll);
        for (int i = 0; i < all.size(); i++) {
            assertEquals(Whitespace.split(expected.get(i)), tokenizer(tokenizer).tokenize(all.get(i)), tokenizer);
        }
    }

    private static void check(JsonObject expected, List<String> hypotheses, List<List<String>> references) {
        String metric = expected.get("metric").getAsString();
        JsonObject arguments = expected.getAsJsonObject("kwargs");
        String at = metric + " " + arguments;
        TextScore actual;
        switch (metric) {
            case "BLEU", "sentenceBLEU" -> {
                BleuScore bleu = Bleu.ofCorpus(bleuConfig(arguments), hypotheses, references);
                checkParts(expected, bleu, at);
                actual = bleu;
            }
            case "chrF", "sentenceChrF" -> actual = ChrF.ofCorpus(chrFConfig(arguments), hypotheses, references);
            default -> throw new AssertionError("no test for " + metric);
        }
        assertClose(expected.get("score").getAsDouble(), actual.score(), at);
        assertEquals(
                expected.get("signature")
                        .getAsString()
                        .replace("version:2.6.0", "version:djl-transformers-" + LibraryVersion.value()),
                actual.signature(),
                at);
    }

    private static void checkParts(JsonObject expected, BleuScore actual, String at) {
        assertClose(expected.getAsJsonArray("precisions"), actual.precisions(), at);
        assertClose(expected.getAsJsonArray("counts"), actual.counts(), at);
        assertClose(expected.getAsJsonArray("totals"), actual.totals(), at);
        assertClose(expected.get("bp").getAsDouble(), actual.brevityPenalty(), at);
        assertEquals(expected.get("sys_len").getAsLong(), actual.hypothesisLength(), at);
        assertEquals(expected.get("ref_len").getAsLong(), actual.referenceLength(), at);
        assertEquals(expected.get("text").getAsString(), actual.describe(4), at);
    }

    private static void assertClose(JsonArray expected, List<Double> actual, String at) {
        assertEquals(expected.size(), actual.size(), at);
        for (int i = 0; i < actual.size(); i++) {
            assertClose(expected.get(i).getAsDouble(), actual.get(i), at);
        }
    }

    private static void assertClose(double expected, double actual, String at) {
        assertEquals(expected, actual, RELATIVE * Math.abs(expected), at);
    }

    private static BleuConfig bleuConfig(JsonObject arguments) {
        String method = string(arguments, "smooth_method", "exp");
        Smoothing smoothing = switch (method) {
            case "exp" -> new Smoothing.Exponential();
            case "floor" -> new Smoothing.Floor(number(arguments, "smooth_value", 0.1));
            case "add-k" -> new Smoothing.AddK(number(arguments, "smooth_value", 1));
            case "none" -> new Smoothing.None();
            default -> throw new AssertionError("no test for " + method);
        };
        return new BleuConfig(
                (int) number(arguments, "max_ngram_order", 4),
                tokenizer(string(arguments, "tokenize", "13a")),
                smoothing,
                flag(arguments, "lowercase"),
                flag(arguments, "effective_order"));
    }

    private static ChrFConfig chrFConfig(JsonObject arguments) {
        return new ChrFConfig(
                (int) number(arguments, "char_order", 6),
                (int) number(arguments, "word_order", 0),
                (int) number(arguments, "beta", 2),
                flag(arguments, "lowercase"),
                flag(arguments, "whitespace"),
                flag(arguments, "eps_smoothing"));
    }

    private static BleuTokenizer tokenizer(String name) {
        for (BleuTokenizer tokenizer : BleuTokenizer.values()) {
            if (tokenizer.signature().equals(name)) {
                return tokenizer;
            }
        }
        throw new AssertionError("no tokenizer " + name);
    }

    private static boolean flag(JsonObject arguments, String name) {
        return arguments.has(name) && arguments.get(name).getAsBoolean();
    }

    private static double number(JsonObject arguments, String name, double otherwise) {
        return arguments.has(name) ? arguments.get(name).getAsDouble() : otherwise;
    }

    private static String string(JsonObject arguments, String name, String otherwise) {
        return arguments.has(name) ? arguments.get(name).getAsString() : otherwise;
    }

    private static List<String> texts(JsonElement array) {
        List<String> texts = new ArrayList<>();
        array.getAsJsonArray().forEach(text -> texts.add(text.getAsString()));
        return texts;
    }

    private static List<List<String>> streams(JsonElement array) {
        List<List<String>> streams = new ArrayList<>();
        array.getAsJsonArray().forEach(stream -> streams.add(texts(stream)));
        return streams;
    }

    private static JsonObject load(String name) throws IOException {
        try (Reader reader = new InputStreamReader(
                SacreBleuParityTest.class.getResourceAsStream("/sacrebleu/" + name + ".json"),
                StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        }
    }
}

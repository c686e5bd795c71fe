package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonParser;
import io.github.djltransformers.Text;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GenerationConfigTest {
    private static final int MAX = GenerationConfig.NO_LIMIT;

    @Test
    void factoriesReturnOneSequenceRankedByItsMean() {
        assertEquals(
                new GenerationConfig(
                        9,
                        MAX,
                        0,
                        0,
                        1,
                        1,
                        1,
                        0,
                        1,
                        EarlyStopping.HEURISTIC,
                        null,
                        null,
                        1,
                        0,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        -1,
                        -1,
                        Set.of(3)),
                GenerationConfig.greedy(9, 3));
        assertEquals(
                new GenerationConfig(
                        9,
                        MAX,
                        0,
                        0,
                        4,
                        1,
                        1,
                        0,
                        1,
                        EarlyStopping.HEURISTIC,
                        null,
                        null,
                        1,
                        0,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        -1,
                        -1,
                        Set.of(3)),
                GenerationConfig.beam(4, 9, 3));
    }

    @Test
    void keysOfHuggingFaceAskForPhrasesAndContrast() {
        GenerationConfig phrases = GenerationConfigJson.of(
                JsonParser.parseString("{\"num_beams\": 2, \"force_words_ids\": [[4, 5], [[6], [7, 8]]]}")
                        .getAsJsonObject());
        assertEquals(
                List.of(
                        new RequiredPhrase(List.of(List.of(4, 5))),
                        new RequiredPhrase(List.of(List.of(6), List.of(7, 8)))),
                phrases.requiredPhrases());
        String contrast = "{\"penalty_alpha\": 0.6, \"top_k\": 4, \"num_beams\": %d, \"do_sample\": %s}";
        assertEquals(new Contrast(0.6, 4), of(Text.format(contrast, 1, false)).contrast());
        assertNull(of(Text.format(contrast, 2, false)).contrast());
        assertNull(of(Text.format(contrast, 1, true)).contrast());
        assertNull(of("{\"penalty_alpha\": 0}").contrast());
    }

    private static GenerationConfig of(String json) {
        return GenerationConfigJson.of(JsonParser.parseString(json).getAsJsonObject());
    }

    @Test
    void phrasesAreKept() {
        List<RequiredPhrase> phrases = List.of(new RequiredPhrase(List.of(List.of(4), List.of(5, 6))));
        GenerationConfig config =
                GenerationConfig.builder().optRequiredPhrases(phrases).build();
        assertEquals(phrases, config.requiredPhrases());
        assertEquals(config, config.toBuilder().build());
    }

    @Test
    void builderSetsEachComponentAndBeginsWithAnother() {
        GenerationConfig all = new GenerationConfig(
                7,
                40,
                2,
                4,
                1,
                3,
                1,
                0.75,
                0.6,
                EarlyStopping.NEVER,
                Sampling.PLAIN.withTopK(4),
                null,
                1.2,
                0.5,
                0.25,
                3,
                List.of(List.of(4, 5)),
                List.of(),
                List.of(6),
                Map.of(3, -1.5),
                8,
                9,
                Set.of(1, 2));
        assertEquals(
                all,
                GenerationConfig.builder()
                        .optMaxNewTokens(7)
                        .optMaxLength(40)
                        .optMinNewTokens(2)
                        .optMinLength(4)
                        .optBeams(1)
                        .optNBest(3)
                        .optBeamGroups(1)
                        .optDiversityPenalty(0.75)
                        .optSampling(Sampling.PLAIN.withTopK(4))
                        .optPresencePenalty(0.5)
                        .optFrequencyPenalty(0.25)
                        .optTokenBias(Map.of(3, -1.5))
                        .optLengthPenalty(0.6)
                        .optEarlyStopping(EarlyStopping.NEVER)
                        .optRepetitionPenalty(1.2)
                        .optNoRepeatNgramSize(3)
                        .optBadWords(List.of(List.of(4, 5)))
                        .optSuppressed(List.of(6))
                        .optFirstId(8)
                        .optLastId(9)
                        .optEndIds(Set.of(1, 2))
                        .build());
        assertEquals(all, all.toBuilder().build());
        assertEquals(
                GenerationConfig.greedy(20, 3),
                GenerationConfig.builder().optEndIds(Set.of(3)).build());
    }

    @Test
    void refusesWhatCannotBeDone() {
        refuses("beams and maxNewTokens must be positive, got 0 and 9", config -> config.optBeams(0));
        refuses("beams and maxNewTokens must be positive, got 4 and 0", config -> config.optMaxNewTokens(0));
        refuses("maxLength must be at least 2, a token and what follows it, got 1", config -> config.optMaxLength(1));
        refuses("lengthPenalty must be finite, got NaN", config -> config.optLengthPenalty(Double.NaN));
        refuses("nBest must be in [1, beams = 4], got 5", config -> config.optNBest(5));
        refuses("nBest must be in [1, beams = 4], got 0", config -> config.optNBest(0));
        refuses("endIds must be at least 0, got [-1, 3]", config -> config.optEndIds(Set.of(-1, 3)));
        refuses("earlyStopping must be given, got null", config -> config.optEarlyStopping(null));
        refuses(
                "repetitionPenalty must be positive and noRepeatNgramSize at least 0, got 0.0 and 0",
                config -> config.optRepetitionPenalty(0));
        refuses(
                "repetitionPenalty must be positive and noRepeatNgramSize at least 0, got 1.0 and -1",
                config -> config.optNoRepeatNgramSize(-1));
    }

    private static void refuses(String message, UnaryOperator<GenerationConfigBuilder> change) {
        GenerationConfigBuilder changed = change.apply(GenerationConfig.beam(4, 9, 3).toBuilder());
        assertEquals(
                "GenerationConfig: " + message,
                assertThrows(IllegalArgumentException.class, changed::build).getMessage());
    }

    @Test
    void chosenSearchFollowsTheBeams() {
        int[] prompt = {2};
        assertInstanceOf(GreedySearch.class, SequenceSearch.of(GenerationConfig.greedy(9, 3), prompt));
        assertInstanceOf(BeamSearch.class, SequenceSearch.of(GenerationConfig.beam(2, 9, 3), prompt));
    }

    @Test
    void generatedSequenceIsAValue() {
        int[] tokens = {4, 5};
        GeneratedSequence sequence = new GeneratedSequence(tokens, new double[] {-1, -2}, -1, FinishReason.END_TOKEN);
        tokens[0] = 9;
        sequence.tokens()[1] = 9;
        assertArrayEquals(new int[] {4, 5}, sequence.tokens());
        assertArrayEquals(new int[] {4}, sequence.content());
        assertArrayEquals(
                new int[] {4, 5},
                new GeneratedSequence(new int[] {4, 5}, new double[] {-1, -2}, -1, FinishReason.LENGTH).content());
        GeneratedSequence same =
                new GeneratedSequence(new int[] {4, 5}, new double[] {-1, -2}, -1, FinishReason.END_TOKEN);
        assertEquals(same, sequence);
        assertEquals(same.hashCode(), sequence.hashCode());
        assertNotEquals(
                new GeneratedSequence(new int[] {4, 6}, new double[] {-1, -2}, -1, FinishReason.END_TOKEN), sequence);
        assertEquals(
                "GeneratedSequence[tokens=[4, 5], logProbabilities=[-1.0, -2.0], score=-1.0, finishReason=END_TOKEN]",
                sequence.toString());
    }
}

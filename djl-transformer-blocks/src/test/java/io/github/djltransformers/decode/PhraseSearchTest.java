package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.testing.EngineTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches for sequences that must have some phrases. */
class PhraseSearchTest {
    private static final int[] SOURCE = {3, 4, 2};

    private static RequiredPhrase phrase(Integer... ids) {
        return new RequiredPhrase(List.of(List.of(ids)));
    }

    private static GenerationConfig config(int beams, int limit, Integer end, RequiredPhrase... phrases) {
        return GenerationConfig.builder()
                .optBeams(beams)
                .optNBest(beams)
                .optMaxNewTokens(limit)
                .optEndIds(end == null ? Set.of() : Set.of(end))
                .optRequiredPhrases(List.of(phrases))
                .build();
    }

    private static boolean has(int[] tokens, RequiredPhrase phrase) {
        List<Integer> all = Arrays.stream(tokens).boxed().toList();
        return phrase.alternatives().stream().anyMatch(run -> Collections.indexOfSubList(all, run) >= 0);
    }

    /** As wide as there are sequences, the search finds the best of all that have the phrases. */
    @EngineTest
    void wideBeamFindsWhatExhaustiveSearchFinds(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 5);
            for (List<RequiredPhrase> phrases : List.of(
                    List.of(phrase(3, 4)),
                    List.of(phrase(0), phrase(4)),
                    List.of(new RequiredPhrase(List.of(List.of(0, 0), List.of(3)))))) {
                List<Double> all = new ArrayList<>();
                enumerate(tiny, 4, new int[] {TinyTransformer.START}, 0, phrases, all);
                all.sort(Collections.reverseOrder());
                GenerationConfig config =
                        config(400, 4, TinyTransformer.END, phrases.toArray(RequiredPhrase[]::new)).toBuilder()
                                .optNBest(3)
                                .build();
                List<GeneratedSequence> found =
                        tiny.search(config, List.of(SOURCE)).get(0);
                for (int i = 0; i < 3; i++) {
                    assertEquals(all.get(i), found.get(i).score(), 1e-5);
                    for (RequiredPhrase phrase : phrases) {
                        assertTrue(has(found.get(i).tokens(), phrase));
                    }
                }
            }
        }
    }

    /** The scores of all sequences that end with the end token and have the phrases before it. */
    private static void enumerate(
            TinyTransformer tiny, int limit, int[] target, double sum, List<RequiredPhrase> phrases, List<Double> all) {
        float[] next = tiny.logProbs(SOURCE, target)[target.length - 1];
        for (int token = 0; token < next.length; token++) {
            int[] longer = Arrays.copyOf(target, target.length + 1);
            longer[target.length] = token;
            double score = sum + next[token];
            int[] written = Arrays.copyOfRange(longer, 1, longer.length);
            boolean complete = phrases.stream().allMatch(phrase -> has(written, phrase));
            if (token == TinyTransformer.END) {
                if (complete) {
                    all.add(score / written.length);
                }
            } else if (written.length == limit) {
                if (complete) {
                    all.add(score / written.length); // full, with all phrases
                }
            } else {
                enumerate(tiny, limit, longer, score, phrases, all);
            }
        }
    }

    /** Few beams, limits as narrow as may be, phrases that share tokens; every sequence has all of them. */
    @EngineTest
    void everySequenceHasItsPhrases(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 17);
            Random random = new Random(4);
            for (int round = 0; round < 12; round++) {
                RequiredPhrase[] phrases = IntStream.range(0, 1 + random.nextInt(3))
                        .mapToObj(i -> new RequiredPhrase(IntStream.range(0, 1 + random.nextInt(2))
                                .mapToObj(j -> random.ints(1 + random.nextInt(3), 3, 6)
                                        .boxed()
                                        .toList())
                                .toList()))
                        .toArray(RequiredPhrase[]::new);
                int least = Arrays.stream(phrases)
                        .mapToInt(RequiredPhrase::shortest)
                        .sum();
                for (int beams : new int[] {1, 3}) {
                    for (int limit : new int[] {least, least + 6}) {
                        List<List<GeneratedSequence>> found = tiny.search(
                                config(beams, limit, TinyTransformer.END, phrases), List.of(SOURCE, new int[] {7}));
                        for (List<GeneratedSequence> best : found) {
                            assertTrue(!best.isEmpty() && best.size() <= beams);
                            for (GeneratedSequence each : best) {
                                for (RequiredPhrase phrase : phrases) {
                                    assertTrue(
                                            has(each.tokens(), phrase),
                                            Arrays.toString(each.tokens()) + " " + Arrays.toString(phrases));
                                }
                                assertTrue(each.tokens().length <= limit);
                            }
                        }
                    }
                }
            }
        }
    }

    /** Token 2 is unlikely at once and likely behind 1: the group that waits for it is not crowded out by the one that has it. */
    @Test
    void aPhraseIsSaidWhereItIsLikely() {
        Map<String, double[]> script = Map.of(
                "", new double[] {0, .9, .1, 0},
                "1", new double[] {.1, .1, .8, 0},
                "2", new double[] {.1, .8, .1, 0},
                "1 2", new double[] {.9, .05, .05, 0},
                "1 1", new double[] {.4, .3, .3, 0},
                "2 1", new double[] {.3, .4, .3, 0});
        GenerationConfig config =
                config(2, 3, 0, phrase(2)).toBuilder().optNBest(1).build();
        GeneratedSequence found =
                Searches.run(new ScriptedBatch(4, script), config, 3).get(0).get(0);
        assertArrayEquals(new int[] {1, 2, 0}, found.tokens());
        assertEquals(Math.log(.9 * .8 * .9) / 3, found.score(), 1e-6);
    }

    @Test
    void progressKnowsWhereItIs() {
        List<RequiredPhrase> phrases = List.of(phrase(1, 1, 2), new RequiredPhrase(List.of(List.of(5), List.of(6, 7))));
        PhraseProgress progress = PhraseProgress.none(phrases);
        assertEquals(4, progress.left());
        assertEquals(Set.of(1, 5, 6), progress.wanted());
        TokenChain chain = null;
        int[][] steps = { // token, tokens of phrases, left
            {1, 1, 3}, {1, 2, 2}, {1, 2, 2}, {2, 3, 1}, {6, 4, 1}, {6, 4, 1}, {3, 3, 1}, {5, 5, 0}
        };
        for (int[] step : steps) {
            chain = TokenChain.append(chain, step[0], 0);
            progress = progress.after(chain);
            assertEquals(step[1], progress.length());
            assertEquals(step[2], progress.left());
        }
        assertTrue(progress.complete());
        assertEquals(Set.of(), progress.wanted());
    }

    @Test
    void refusesWhatDoesNotFit() {
        requireRejected(
                "GenerationConfig: requiredPhrases must fit into maxNewTokens, which is 1, got phrases of 2 tokens",
                () -> SequenceSearch.of(config(2, 1, 0, phrase(1, 2)), new int[] {3}));
        requireRejected(
                "GenerationConfig: requiredPhrases must not be given with sampling or groups of beams, got 1 phrases",
                () -> GenerationConfig.builder()
                        .optSampling(Sampling.PLAIN)
                        .optRequiredPhrases(List.of(phrase(1)))
                        .build());
        requireRejected(
                "RequiredPhrase: alternatives must be at least one, of at least one token each, got [[1], []]",
                () -> new RequiredPhrase(List.of(List.of(1), List.of())));
    }
}

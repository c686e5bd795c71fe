package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is guessed changes how often a model is asked, and nothing that it writes. */
class SpeculationTest {
    private static final int MAX_LENGTH = 48;
    private static final List<int[]> PROMPTS =
            List.of(new int[] {3, 4, 2}, new int[] {5}, new int[] {7, 8, 9, 7, 8, 9, 7, 8});

    private static DecoderLanguageModel languageModel(NDManager manager, int size, int vocabularySize) {
        LayerConfig layer = LayerConfig.of(size, 2, 20).withNorm(NormPlacement.PRE);
        return initialized(manager, layer, vocabularySize);
    }

    private static DecoderLanguageModel initialized(NDManager manager, LayerConfig layer, int vocabularySize) {
        return Samples.initialized(
                manager,
                DataType.FLOAT32,
                new DecoderLanguageModel(
                        new TransformerConfig(layer, 0, 2, vocabularySize, MAX_LENGTH, PositionKind.LEARNED, true)));
    }

    private static Generation generation(NDManager manager, GenerativeModel model, GenerationConfig config) {
        return new Generation(model, new ParameterStore(manager, false), manager, config);
    }

    private static void same(List<List<GeneratedSequence>> expected, List<List<GeneratedSequence>> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            GeneratedSequence one = expected.get(i).get(0);
            GeneratedSequence other = actual.get(i).get(0);
            assertArrayEquals(one.tokens(), other.tokens());
            assertArrayEquals(one.logProbabilities(), other.logProbabilities(), 1e-4);
            assertEquals(one.score(), other.score(), 1e-4);
            assertEquals(one.finishReason(), other.finishReason());
        }
    }

    @EngineTest
    void theLikeliestTokensAreTheSame(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager, 12, 37);
            DecoderLanguageModel other = languageModel(manager, 8, 37);
            DecoderLanguageModel compiled = languageModel(manager, 8, 37);
            CompiledExecution.install(
                    compiled, manager, CompilationConfig.builder().build());
            GenerationConfig free =
                    GenerationConfig.builder().optMaxNewTokens(20).build();
            int[] tokens = generation(manager, model, free)
                    .fromPrompts(PROMPTS)
                    .get(0)
                    .get(0)
                    .tokens();
            List<GenerationConfig> configs = List.of(
                    free,
                    free.toBuilder().optEndIds(Set.of(tokens[4])).build(),
                    free.toBuilder()
                            .optRepetitionPenalty(1.5)
                            .optNoRepeatNgramSize(2)
                            .build(),
                    free.toBuilder().optMaxNewTokens(1).build(),
                    free.toBuilder().optMaxNewTokens(MAX_LENGTH).build());
            for (GenerationConfig config : configs) {
                Generation plain = generation(manager, model, config);
                // Each alone, as the shorter ones of a batch have less room than the model.
                List<List<GeneratedSequence>> expected = PROMPTS.stream()
                        .map(prompt -> plain.fromPrompts(List.of(prompt)).get(0))
                        .toList();
                for (Speculation speculation : List.of(
                        PromptLookup.of(4),
                        new DraftModel(other, 3),
                        new DraftModel(compiled, 5),
                        new DraftModel(model, 4))) {
                    Generation ahead = plain.withSpeculation(speculation);
                    same(expected, ahead.fromPrompts(PROMPTS));
                    try (TokenStream stream = ahead.stream(PROMPTS.get(0))) {
                        List<Integer> read = new ArrayList<>();
                        while (stream.hasNext()) {
                            read.add(stream.next().id());
                            assertEquals(read.size(), stream.sequence().tokens().length);
                        }
                        assertEquals(
                                Arrays.stream(expected.get(0).get(0).tokens())
                                        .boxed()
                                        .toList(),
                                read);
                    }
                }
            }
        }
    }

    @EngineTest
    void translationsAreTheSame(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 17);
            TinyTransformer draft = new TinyTransformer(manager, 17);
            Generation plain = generation(manager, tiny.model(), GenerationConfig.greedy(12, TinyTransformer.END));
            List<int[]> beginnings = List.of(new int[] {1}, new int[] {1, 5, 6}, new int[] {1, 9});
            List<List<GeneratedSequence>> expected = plain.fromBeginnings(PROMPTS, beginnings, source -> 12);
            for (Speculation speculation : List.of(new PromptLookup(3, 1), new DraftModel(draft.model(), 3))) {
                same(expected, plain.withSpeculation(speculation).fromBeginnings(PROMPTS, beginnings, source -> 12));
            }
        }
    }

    @EngineTest
    void modelsThatForgetMayBeGuessedFor(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            LayerConfig layer = LayerConfig.of(12, 2, 20).withNorm(NormPlacement.PRE);
            LayerConfig windowed = layer.withAttention(layer.attention().withSpan(AttentionSpan.causalWindow(4)));
            DecoderLanguageModel model = initialized(manager, windowed, 37);
            assertTrue(model.cacheLayout().forgets());
            Generation plain = generation(
                    manager,
                    model,
                    GenerationConfig.builder().optMaxNewTokens(30).build());
            List<List<GeneratedSequence>> expected = plain.fromPrompts(PROMPTS);
            for (Speculation speculation :
                    List.of(new PromptLookup(6, 1), new DraftModel(languageModel(manager, 8, 37), 6))) {
                same(expected, plain.withSpeculation(speculation).fromPrompts(PROMPTS));
            }
            requireRejected(
                    "DraftModel: model must keep all tokens, got one that forgets those beyond 4",
                    () -> new DraftModel(model, 2));
        }
    }

    /** Rows of different lengths, of beginnings and of sources, operation by operation and compiled. */
    @EngineTest
    void whatIsForgottenWasNeverRead(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            GenerativeModel writer = languageModel(manager, 12, 37);
            GenerativeModel translator = new TinyTransformer(manager, 37).model();
            ParameterStore store = new ParameterStore(manager, false);
            for (boolean compiled : new boolean[] {false, true}) {
                for (GenerativeModel model : List.of(writer, translator)) {
                    if (compiled) {
                        CompiledExecution.install(
                                (TransformerBlock) model,
                                manager,
                                CompilationConfig.builder().build());
                    }
                    TokenRows inputs = TokenRows.of(PROMPTS, 0);
                    try (DecodingBatch batch = DecodingBatch.open(model, store, manager, inputs);
                            DecodingBatch fresh = DecodingBatch.open(model, store, manager, inputs)) {
                        for (int token = 1; token < 5; token++) {
                            batch.advance(new int[] {token, token, token}, 1);
                        }
                        int room = batch.room();
                        batch.rewind(3);
                        assertEquals(room + 3, batch.room());
                        fresh.advance(new int[] {1, 1, 1}, 1);
                        for (int[] tokens : new int[][] {{9, 8, 7}, {2, 2, 3}}) {
                            fresh.advance(tokens, 1);
                            batch.advance(tokens, 1);
                            for (int row = 0; row < tokens.length; row++) {
                                assertArrayEquals(
                                        fresh.scores().logProbs(row),
                                        batch.scores().logProbs(row),
                                        1e-4f);
                                assertEquals(
                                        fresh.scores().normaliser(row),
                                        batch.scores().normaliser(row),
                                        1e-4f);
                            }
                        }
                    }
                }
            }
        }
    }

    /** A model that guesses for itself is always right, so that each pass writes all guesses and one token more. */
    @EngineTest
    void acceptedGuessesSavePasses(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager, 12, 37);
            GenerationConfig config =
                    GenerationConfig.builder().optMaxNewTokens(20).build();
            TokenRows input = TokenRows.beginnings(List.of(new int[] {3, 4}), 0);
            TokenChoice choice = new TokenChoice(config, List.of(), 37);
            DraftedGuesses guesses = new DraftedGuesses(
                    DecodingBatch.open(model, new ParameterStore(manager, false), manager, input),
                    choice,
                    new Random(1),
                    3,
                    4);
            try (SpeculativeSource source = new SpeculativeSource(
                    EagerDecodingBatch.open(model, new ParameterStore(manager, false), manager, input),
                    guesses,
                    choice,
                    config,
                    3,
                    new Random(1),
                    new int[] {2},
                    new int[] {3, 4, 2})) {
                int passes = 1;
                while (source.step()) {
                    assertEquals(4 * passes, source.written());
                    passes++;
                }
                assertEquals(5, passes);
            }
        }
    }

    @Test
    void whatFollowedTheLongestRunIsGuessed() {
        LookedUpGuesses guesses = new LookedUpGuesses(2, new int[] {9, 7, 6});
        assertEquals(List.of(3, 4, 1), tokens(guesses.after(new int[] {8, 1, 2, 3, 4, 1, 2}, 3)));
        assertEquals(List.of(3), tokens(guesses.after(new int[] {8, 1, 2, 3, 4, 1, 2}, 1)));
        assertEquals(List.of(5, 4, 2), tokens(guesses.after(new int[] {2, 3, 2, 5, 4, 2}, 9)));
        assertEquals(List.of(6), tokens(guesses.after(new int[] {1, 7}, 9)));
        assertEquals(List.of(), tokens(guesses.after(new int[] {1, 5}, 9)));
        assertEquals(List.of(), tokens(guesses.after(new int[] {1, 1}, 0)));
    }

    private static List<Integer> tokens(List<Guesses.Guess> guesses) {
        return guesses.stream().map(Guesses.Guess::token).toList();
    }

    /** Two tokens of a vocabulary of six, against the model's own probabilities. */
    @EngineTest
    void drawnTokensAreDistributedAsWithoutGuesses(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            int v = 6;
            DecoderLanguageModel model = languageModel(manager, 12, v);
            DecoderLanguageModel draft = languageModel(manager, 8, v);
            int[] prompt = {1, 2, 3, 1, 2};
            int samples = engine.equals("PyTorch") ? 800 : 200;
            // Random models are sure of what they write.
            for (Sampling sampling : List.of(
                    Sampling.PLAIN.withTemperature(4),
                    Sampling.PLAIN.withTemperature(6).withTopK(4).withTopP(0.95))) {
                GenerationConfig config = GenerationConfig.builder()
                        .optMaxNewTokens(2)
                        .optNBest(samples)
                        .optSampling(sampling.withSeed(11))
                        .build();
                double[] expected = expected(manager, model, config, v, prompt);
                assertTrue(Arrays.stream(expected).filter(p -> p > 0.01).count() > 8, Arrays.toString(expected));
                for (Speculation speculation : List.of(PromptLookup.of(3), new DraftModel(draft, 2))) {
                    double[] counts = new double[v * v];
                    generation(manager, model, config)
                            .withSpeculation(speculation)
                            .fromPrompts(List.of(prompt))
                            .get(0)
                            .forEach(found -> counts[found.tokens()[0] * v + found.tokens()[1]]++);
                    double statistic = 0;
                    for (int i = 0; i < counts.length; i++) {
                        double mean = samples * expected[i];
                        if (expected[i] == 0) {
                            assertEquals(0, counts[i]);
                        } else {
                            statistic += (counts[i] - mean) * (counts[i] - mean) / mean;
                        }
                    }
                    // Of 35 degrees of freedom, or less, one in ten thousand is above.
                    assertTrue(statistic < 75, "chi-square " + statistic + " with " + speculation);
                }
            }
        }
    }

    private static double[] expected(
            NDManager manager, DecoderLanguageModel model, GenerationConfig config, int v, int... prompt) {
        TokenChoice choice = new TokenChoice(config, List.of(), v);
        double[] both = new double[v * v];
        for (int first = 0; first < v; first++) {
            int[] longer = TokenChoice.append(prompt, first);
            try (EagerDecodingBatch batch = EagerDecodingBatch.open(
                    model, new ParameterStore(manager, false), manager, TokenRows.beginnings(List.of(new int[0]), 0))) {
                VocabularyScores logits =
                        VocabularyScores.ofLogits(batch.readEach(longer).logits(), batch.vocabularySize());
                double share = choice.shares(logits, prompt.length - 1, prompt)[first];
                double[] next = choice.shares(logits, prompt.length, longer);
                for (int second = 0; second < v; second++) {
                    both[first * v + second] = share * next[second];
                }
            }
        }
        return both;
    }

    @EngineTest
    void finishedGuessesLeaveNoArrays(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager, 12, 37);
            Generation ahead = generation(
                            manager,
                            model,
                            GenerationConfig.builder().optMaxNewTokens(12).build())
                    .withSpeculation(new DraftModel(languageModel(manager, 8, 37), 3));
            int before = manager.getManagedArrays().size();
            ahead.fromPrompts(PROMPTS);
            TokenStream left = ahead.stream(PROMPTS.get(0));
            left.next();
            left.close();
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    @EngineTest
    void refusesWhatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager, 12, 37);
            DraftModel draft = new DraftModel(languageModel(manager, 8, 36), 3);
            Generation greedy = generation(manager, model, GenerationConfig.greedy(5, 2));
            requireRejected(
                    "Generation: a draft model must have the vocabulary of 37 tokens of the model and read sources where it"
                            + " does, got 36 tokens and one that does not",
                    () -> greedy.withSpeculation(draft));
            requireRejected(
                    "Generation: beams must be 1 to guess ahead, got 2",
                    () -> generation(manager, model, GenerationConfig.beam(2, 5, 2))
                            .withSpeculation(PromptLookup.of(2)));
            requireRejected("PromptLookup: tokens and ngram must be positive, got 0 and 2", () -> PromptLookup.of(0));
        }
    }
}

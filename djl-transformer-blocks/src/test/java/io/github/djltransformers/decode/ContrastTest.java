package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contrastive search against the rule as it is written down, without caches. */
class ContrastTest {
    private static final int SIZE = 37;
    private static final int[] PROMPT = {3, 4, 2};

    private static DecoderLanguageModel languageModel(NDManager manager) {
        LayerConfig layer = LayerConfig.of(12, 2, 20).withNorm(NormPlacement.PRE);
        return Samples.initialized(
                manager,
                DataType.FLOAT32,
                new DecoderLanguageModel(new TransformerConfig(layer, 0, 2, SIZE, 24, PositionKind.LEARNED, true)));
    }

    /** The rows of logits and of the last layer's output at each token, all read at once. */
    private static float[][][] read(NDManager manager, GenerativeModel model, int[] source, int... tokens) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(scratch, false), false);
            DecoderState<NDArray> state =
                    model.readsSource() ? model.begin(ops, ids(scratch, source), null) : DecoderState.empty();
            DecoderOutput<NDArray> output = model.decode(ops, ids(scratch, tokens), state);
            return new float[][][] {rows(output.logits(), tokens.length), rows(output.hidden(), tokens.length)};
        }
    }

    private static NDArray ids(NDManager manager, int... ids) {
        return manager.create(Arrays.stream(ids).asLongStream().toArray(), new Shape(1, ids.length));
    }

    private static float[][] rows(NDArray array, int count) {
        float[] all = array.toFloatArray();
        int size = all.length / count;
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
                .toArray(float[][]::new);
    }

    private static int[] expected(
            NDManager manager, GenerativeModel model, Contrast contrast, int[] source, int[] prompt, int count) {
        int[] sequence = prompt;
        for (int step = 0; step < count; step++) {
            float[] logits = read(manager, model, source, sequence)[0][sequence.length - 1];
            double sum = IntStream.range(0, SIZE)
                    .mapToDouble(i -> Math.exp(logits[i]))
                    .sum();
            int[] likeliest = IntStream.range(0, SIZE)
                    .boxed()
                    .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                    .limit(contrast.topK())
                    .mapToInt(Integer::intValue)
                    .toArray();
            double most = Double.NEGATIVE_INFINITY;
            int[] best = sequence;
            for (int token : likeliest) {
                int[] longer = TokenChoice.append(sequence, token);
                float[][] hidden = read(manager, model, source, longer)[1];
                double likest = IntStream.range(0, sequence.length)
                        .mapToDouble(i -> cosine(hidden[i], hidden[longer.length - 1]))
                        .max()
                        .orElseThrow();
                double score = (1 - contrast.alpha()) * Math.exp(logits[token]) / sum - contrast.alpha() * likest;
                if (score > most) {
                    most = score;
                    best = longer;
                }
            }
            sequence = best;
        }
        return Arrays.copyOfRange(sequence, prompt.length, sequence.length);
    }

    private static double cosine(float[] one, float[] other) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < one.length; i++) {
            product += one[i] * other[i];
            first += one[i] * one[i];
            second += other[i] * other[i];
        }
        return product / Math.sqrt(first * second);
    }

    @EngineTest
    void takesWhatIsLikelyAndUnlikeWhatWas(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel writer = languageModel(manager);
            TinyTransformer translator = new TinyTransformer(manager, SIZE);
            for (Contrast contrast : List.of(new Contrast(0.6, 4), new Contrast(0.9, 8))) {
                GenerationConfig config = GenerationConfig.builder()
                        .optMaxNewTokens(9)
                        .optContrast(contrast)
                        .build();
                Generation writing = new Generation(writer, new ParameterStore(manager, false), manager, config);
                int[] expected = expected(manager, writer, contrast, new int[0], PROMPT, 9);
                List<List<GeneratedSequence>> found = writing.fromPrompts(List.of(PROMPT, new int[] {5}));
                assertArrayEquals(expected, found.get(0).get(0).tokens());
                try (TokenStream stream = writing.stream(PROMPT)) {
                    for (int token : expected) {
                        assertEquals(token, stream.next().id());
                    }
                }
                Generation translating =
                        new Generation(translator.model(), new ParameterStore(manager, false), manager, config);
                assertArrayEquals(
                        expected(manager, translator.model(), contrast, PROMPT, new int[] {1, 6}, 9),
                        translating
                                .fromBeginnings(List.of(PROMPT), List.of(new int[] {1, 6}), source -> 9)
                                .get(0)
                                .get(0)
                                .tokens());
            }
        }
    }

    @EngineTest
    void withoutWeightItIsGreedySearch(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager);
            ParameterStore store = new ParameterStore(manager, false);
            int before = manager.getManagedArrays().size();
            GenerationConfig greedy = GenerationConfig.builder()
                    .optMaxNewTokens(40)
                    .optRepetitionPenalty(1.4)
                    .build();
            GenerationConfig config =
                    greedy.toBuilder().optContrast(new Contrast(0, 3)).build();
            List<int[]> prompt = List.of(PROMPT);
            GeneratedSequence expected = new Generation(model, store, manager, greedy)
                    .fromPrompts(prompt)
                    .get(0)
                    .get(0);
            GeneratedSequence found = new Generation(model, store, manager, config)
                    .fromPrompts(prompt)
                    .get(0)
                    .get(0);
            assertArrayEquals(expected.tokens(), found.tokens()); // up to the last that the model can read
            assertArrayEquals(expected.logProbabilities(), found.logProbabilities(), 1e-4);
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        requireRejected(
                "Contrast: alpha must be in [0, 1] and topK positive, got 1.5 and 3", () -> new Contrast(1.5, 3));
        requireRejected(
                "GenerationConfig: contrast must be given without beams, sampling and requiredPhrases, got 2 beams, null and"
                        + " 0 phrases",
                () -> GenerationConfig.builder()
                        .optBeams(2)
                        .optContrast(new Contrast(0.5, 2))
                        .build());
    }
}

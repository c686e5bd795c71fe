package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.SinusoidalTable;
import io.github.djltransformers.testing.Fixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A tiny Marian model as Hugging Face's {@code generate} runs it, without caches: logits have a bias, padding is never
 * written, and where that is asked for a sequence that reaches the limit is made to end there at no cost.
 */
final class MarianBatch implements DecodingBatch {
    static final int END = 0;
    static final int PAD = 119; // which starts the decoder, too
    private static final int VOCABULARY = 120;
    private static final int SIZE = 32;
    private static final int FEED_FORWARD = 64;
    private static final int MAX_LENGTH = 64;

    private final NDManager manager;
    private final EncoderDecoderTransformer model;
    private final float[] bias;
    private final int forcedEndAt;
    private List<int[]> sources;
    private List<int[]> prefixes;

    /**
     * @param forcedEndAt the new token that must be the end, or 0
     */
    MarianBatch(NDManager manager, Fixture fixture, List<int[]> sources, int forcedEndAt) {
        this.manager = manager;
        this.sources = sources;
        this.forcedEndAt = forcedEndAt;
        prefixes = sources.stream().map(source -> new int[0]).toList();
        bias = fixture.get("final_logits_bias").toFloatArray();
        model = new EncoderDecoderTransformer(new TransformerConfig(
                LayerConfig.of(SIZE, 4, FEED_FORWARD).withActivation(ActivationFunction.SWISH),
                2,
                2,
                VOCABULARY,
                MAX_LENGTH,
                PositionKind.SINUSOIDAL,
                false));
        model.initialize(manager, DataType.FLOAT32);
        Map<String, Parameter> parameters = ParameterNames.of(model);
        float[] positions = new float[MAX_LENGTH * SIZE];
        double[][] table = SinusoidalTable.halves(MAX_LENGTH, SIZE);
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (float) table[i / SIZE][i % SIZE];
        }
        parameters.remove("embedding.positions.weight").getArray().set(positions);
        fixture.below("model.").forEach((name, value) -> {
            NDArray array = parameters.remove(translate(name)).getArray();
            array.set(widened(value, array.getShape()));
        });
        if (!parameters.isEmpty()) {
            throw new AssertionError("not in the fixture: " + parameters.keySet());
        }
    }

    private static String translate(String marian) {
        return marian.replace("shared.", "embedding.")
                .replace("self_attn_layer_norm", "self_attention_norm")
                .replace("encoder_attn_layer_norm", "cross_attention_norm")
                .replace("final_layer_norm", "feed_forward_norm")
                .replace("self_attn", "self_attention")
                .replace("encoder_attn", "cross_attention")
                .replace("q_proj", "query")
                .replace("k_proj", "key")
                .replace("v_proj", "value")
                .replace("out_proj", "output")
                .replace("fc1", "feed_forward.inner")
                .replace("fc2", "feed_forward.outer");
    }

    /** The decoder's feed-forward layers are narrower than the encoder's: units of zeros make up for it. */
    private static float[] widened(NDArray value, Shape shape) {
        float[] narrow = value.toFloatArray();
        int columns = (int) value.getShape().get(value.getShape().dimension() - 1);
        int wideColumns = (int) shape.get(shape.dimension() - 1);
        float[] wide = new float[(int) shape.size()];
        for (int i = 0; i < narrow.length; i++) {
            wide[i / columns * wideColumns + i % columns] = narrow[i];
        }
        return wide;
    }

    @Override
    public int rows() {
        return prefixes.size();
    }

    @Override
    public int vocabularySize() {
        return bias.length;
    }

    @Override
    public int room() {
        return MAX_LENGTH;
    }

    @Override
    public void rewind(int count) {
        throw new AssertionError("nothing is guessed");
    }

    @Override
    public VocabularyScores scores() {
        throw new AssertionError("no processor is asked for");
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        List<int[]> grown = new ArrayList<>();
        for (int row = 0; row < rows(); row++) {
            int[] prefix = prefixes.get(row);
            int[] longer = Arrays.copyOf(prefix, prefix.length + 1);
            longer[prefix.length] = tokens[row];
            grown.add(longer);
        }
        prefixes = grown;
        int length = prefixes.get(0).length;
        if (length == forcedEndAt) {
            return new Candidates(
                    1, new int[rows()], new float[rows()], new float[rows()]); // token 0, the end, for certain
        }
        try (NDManager step = manager.newSubManager()) {
            NDArray ids = ids(step, sources);
            NDArray keep = ids.neq(PAD).reshape(rows(), 1, 1, ids.getShape().get(1));
            NDArray logits = model.forward(
                            new ParameterStore(step, false), new NDList(ids, keep, ids(step, prefixes)), false)
                    .singletonOrThrow()
                    .get(":," + (length - 1));
            float[] logProbs = logits.add(step.create(bias)).logSoftmax(1).toFloatArray(); // (rows, V)
            for (int row = 0; row < rows(); row++) {
                logProbs[row * VOCABULARY + PAD] = Float.NEGATIVE_INFINITY;
            }
            return Candidates.top(logProbs, new float[rows()], count);
        }
    }

    private static NDArray ids(NDManager manager, List<int[]> rows) {
        long[] ids = rows.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
        return manager.create(ids, new Shape(rows.size(), rows.get(0).length));
    }

    @Override
    public void select(int[] rows) {
        sources = Arrays.stream(rows).mapToObj(sources::get).toList();
        prefixes = Arrays.stream(rows).mapToObj(prefixes::get).toList();
    }

    @Override
    public void close() {}
}

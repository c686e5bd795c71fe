package io.github.djltransformers.ops;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.FeedForward;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts by hand: B 2, T 5, S 7, D 12, H 3, Dh 4, F 20, V 17, and 9 positions; 4 bytes a float, 8 an id, 1 a keep. */
class CostOpsTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);
    private static final TransformerConfig MODEL =
            new TransformerConfig(LAYER, 2, 2, 17, 9, PositionKind.SINUSOIDAL, false);
    private static final Shape X = new Shape(2, 5, 12);
    private static final Shape MEMORY = new Shape(2, 7, 12);
    private static final Shape IDS = new Shape(2, 5);
    private static final Shape SOURCE = new Shape(2, 7);
    private static final Shape KEEP = new Shape(2, 1, 1, 5);
    private static final Shape KEEP_MEMORY = new Shape(2, 1, 1, 7);

    /** {@code x W^T + b} of some rows. */
    private static Cost projection(long rows, long in, long out) {
        return new Cost(
                out * in + out, 2 * rows * out * in, rows * out, 4 * (out * in + out), 4 * (rows * in + rows * out));
    }

    private static Cost residualAndNorm(long rows) {
        Cost sum = new Cost(0, 0, rows * 12, 0, 4 * 3 * rows * 12);
        return sum.plus(norm(rows));
    }

    private static Cost norm(long rows) {
        return new Cost(24, 0, 7 * rows * 12, 4 * 24, 4 * 2 * rows * 12);
    }

    /** Attention of 2 sentences and 3 heads of size 4, with a number of mask elements and FLOPs a score for the mask. */
    private static Cost attend(long queries, long keys, long maskElements, long maskFlops) {
        long scores = 2 * 3 * queries * keys;
        return new Cost(
                0,
                2 * scores * 4 + 2 * scores * 4,
                2 * 3 * queries * 4 + (5 + maskFlops) * scores,
                0,
                4 * (2 * 3 * queries * 4 * 2 + 2 * 3 * keys * 4 * 2 + maskElements));
    }

    private static Cost feedForward(long rows) {
        Cost relu = new Cost(0, 0, rows * 20, 0, 4 * 2 * rows * 20);
        return projection(rows, 12, 20).plus(relu).plus(projection(rows, 20, 12));
    }

    /** Query, key, value and output of 2 sentences, each of half the tokens, then feed-forward. */
    private static Cost encoderLayer(long tokens, long maskElements, long maskFlops) {
        return projections(tokens, 4)
                .plus(attend(tokens / 2, tokens / 2, maskElements, maskFlops))
                .plus(residualAndNorm(tokens))
                .plus(feedForward(tokens))
                .plus(residualAndNorm(tokens));
    }

    /** Some D x D projections. */
    private static Cost projections(long rows, int number) {
        Cost cost = Cost.NONE;
        for (int i = 0; i < number; i++) {
            cost = cost.plus(projection(rows, 12, 12));
        }
        return cost;
    }

    @Test
    void projection() {
        Cost cost = CostOps.of(new Projection(12, 4, true), X);
        assertEquals(new Cost(4 * 12 + 4, 2 * 10 * 4 * 12, 10 * 4, 4 * 52, 4 * (120 + 40)), cost);
        assertEquals(960 + 40, cost.flops());
        assertEquals(208 + 640, cost.bytes());
        assertEquals(new Cost(48, 960, 0, 4 * 48, 640), CostOps.of(new Projection(12, 4, false), X));
    }

    @Test
    void normAndFeedForward() {
        assertEquals(new Cost(24, 0, 7 * 120, 96, 4 * 240), CostOps.of(new Norm(12, NormConfig.layer(1e-5)), X));
        assertEquals(
                new Cost(12, 0, 6 * 120, 48, 4 * 240),
                CostOps.of(new Norm(12, new NormConfig(NormKind.LAYER, 1e-5f, false)), X));
        long weights = 20 * 12 + 20 + 12 * 20 + 12;
        long activations = (120 + 200) + (200 + 200) + (200 + 120);
        Cost relu = new Cost(weights, 2 * 2 * 10 * 12 * 20, 200 + 200 + 120, 4 * weights, 4 * activations);
        assertEquals(relu, CostOps.of(new FeedForward(12, LAYER.feedForward()), X));
        Cost gelu = relu.plus(new Cost(0, 0, 200, 0, 0));
        assertEquals(gelu, CostOps.of(feedForward(ActivationFunction.GELU), X));
        assertEquals(gelu, CostOps.of(feedForward(ActivationFunction.SWISH), X));
        assertEquals(relu, CostOps.of(feedForward(ActivationFunction.TANH), X));
    }

    private static FeedForward feedForward(ActivationFunction activation) {
        return new FeedForward(12, LAYER.withActivation(activation).feedForward());
    }

    @Test
    void selfAttention() {
        long weights = 4 * (12 * 12 + 12);
        long matmul = 4 * (2 * 10 * 12 * 12) + 2 * (2 * 2 * 3 * 5 * 5 * 4);
        long other = 4 * 120 + 120 + 5 * (2 * 3 * 5 * 5);
        long activations = 4 * (120 + 120) + 4 * 120;
        Cost expected = new Cost(weights, matmul, other, 4 * weights, 4 * activations);
        assertEquals(expected, CostOps.of(new MultiHeadAttention(AttentionConfig.of(12, 3)), X, X, X));
    }

    @Test
    void crossAttentionOfOtherSizesWithAMask() {
        AttentionConfig config = new AttentionConfig(12, 8, 6, 3, true, 0);
        Cost mask = new Cost(0, 0, 2 * 14, 0, 14 + 4 * (14 + 2));
        Cost expected = mask.plus(projection(10, 12, 12))
                .plus(projection(14, 8, 12))
                .plus(projection(14, 6, 12))
                .plus(attend(5, 7, 14 + 2, 2))
                .plus(projection(10, 12, 12));
        Shape keys = new Shape(2, 7, 8);
        Shape values = new Shape(2, 7, 6);
        assertEquals(expected, CostOps.of(new MultiHeadAttention(config), X, keys, values, KEEP_MEMORY));

        // The weights are computed again to be returned: queries, scores, and (B, H, T, S) written.
        long scores = 2 * 3 * 5 * 7;
        Cost again = new Cost(0, 2 * 10 * 12 * 12, 120, 4 * 156, 4 * 240)
                .plus(new Cost(0, 2 * scores * 4, 120 + 7 * scores, 0, 4 * (120 + 168 + 16 + scores)));
        assertEquals(
                expected.plus(again), CostOps.of(MultiHeadAttention.withWeights(config), X, keys, values, KEEP_MEMORY));
    }

    @Test
    void headsThatAreSharedAreReadOnce() {
        // 4 query heads of 6 over 2 key heads, values of 3: scores 2 x 4 x 5 x 7.
        Cost expected = new Cost(
                0,
                2 * 280 * 6 + 2 * 280 * 3,
                240 + 5 * 280,
                0,
                4 * (2 * 4 * 5 * 6 + 2 * 2 * 7 * 6 + 2 * 2 * 7 * 3 + 2 * 4 * 5 * 3));
        Shape query = new Shape(2, 4, 5, 6);
        Cost cost = CostOps.of(
                new ScaledDotProductAttention(1, 0), query, new Shape(2, 2, 7, 6), new Shape(2, 2, 7, 3), null);
        assertEquals(expected, cost);
    }

    @Test
    void encoderLayers() {
        assertEquals(encoderLayer(10, 0, 0), CostOps.of(new TransformerLayer(LAYER), X));
        Cost mask = new Cost(0, 0, 2 * 10, 0, 10 + 4 * (10 + 2));
        assertEquals(mask.plus(encoderLayer(10, 12, 2)), CostOps.of(new TransformerLayer(LAYER), X, KEEP));
        // A stack prepares its mask once.
        Cost two = mask.plus(encoderLayer(10, 12, 2)).plus(encoderLayer(10, 12, 2));
        assertEquals(two, CostOps.of(new TransformerStack(StackConfig.of(LAYER, 2, NormConfig.NONE)), X, KEEP));
        assertEquals(
                two.plus(norm(10)), CostOps.of(new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm())), X, KEEP));
    }

    @Test
    void causalMasks() {
        // Alone: a (T, T) triangle of 1 FLOP an element; with a keepMask: (2, 1, T, T) of 3, and whether a query has
        // keys.
        Cost rest = projections(10, 2 + 2 + 2)
                .plus(projections(14, 2))
                .plus(attend(5, 7, 0, 0))
                .plus(residualAndNorm(10))
                .plus(residualAndNorm(10))
                .plus(residualAndNorm(10))
                .plus(feedForward(10));
        Cost alone = new Cost(0, 0, 25, 0, 4 * 25).plus(attend(5, 5, 25, 1));
        assertEquals(alone.plus(rest), CostOps.of(new TransformerLayer(LAYER.decoding()), X, MEMORY));
        Cost joined = new Cost(0, 0, 3 * 50, 0, 10 + 4 * (50 + 10)).plus(attend(5, 5, 50 + 10, 2));
        assertEquals(joined.plus(rest), CostOps.of(new TransformerLayer(LAYER.decoding()), X, MEMORY, KEEP));
    }

    /** Lookup, scale by sqrt(D) and sum with positions: rows read from both tables, whose sizes are not counted here. */
    private static Cost embedded(long sentences, long length) {
        long elements = sentences * length * 12;
        Cost lookup = new Cost(0, 0, 0, 4 * elements, 8 * sentences * length + 4 * elements);
        Cost scale = new Cost(0, 0, elements, 0, 4 * 2 * elements);
        Cost positions = new Cost(0, 0, elements, 4 * length * 12, 4 * 2 * elements);
        return lookup.plus(scale).plus(positions);
    }

    /** {@code x W^T} with the embedding's matrix, whose size is not counted here. */
    private static Cost logits(long rows) {
        return new Cost(0, 2 * rows * 12 * 17, 0, 4 * 17 * 12, 4 * (rows * 12 + rows * 17));
    }

    /** Without the keys and values of the encoder's output, which a sentence needs once. */
    private static Cost decoderLayer(long queries, long keys, long maskElements, long maskFlops) {
        long rows = 2 * queries;
        return projections(rows, 6)
                .plus(attend(queries, keys, maskElements, maskFlops))
                .plus(attend(queries, 7, 14 + 2, 2))
                .plus(residualAndNorm(rows))
                .plus(residualAndNorm(rows))
                .plus(residualAndNorm(rows))
                .plus(feedForward(rows));
    }

    @Test
    void encoderDecoderWithOneTableForSourceTargetAndLogits() {
        Cost tables = new Cost(17 * 12 + 9 * 12, 0, 0, 0, 0);
        Cost sourceMask = new Cost(0, 0, 2 * 14, 0, 14 + 4 * (14 + 2));
        Cost triangle = new Cost(0, 0, 25, 0, 4 * 25);
        Cost encoded = embedded(2, 7)
                .plus(sourceMask)
                .plus(encoderLayer(14, 16, 2))
                .plus(encoderLayer(14, 16, 2))
                .plus(projections(14, 2 + 2))
                .plus(sourceMask); // prepared for the encoder, and again for the decoder
        Cost decoded = embedded(2, 5)
                .plus(triangle)
                .plus(decoderLayer(5, 5, 25, 1))
                .plus(decoderLayer(5, 5, 25, 1))
                .plus(logits(10));
        Cost expected = tables.plus(encoded).plus(decoded);
        assertEquals(expected, CostOps.of(new EncoderDecoderTransformer(MODEL), SOURCE, KEEP_MEMORY, IDS));
    }

    @Test
    void oneStepOfCachedDecoding() {
        EncoderDecoderTransformer model = new EncoderDecoderTransformer(MODEL);
        TensorShape source = new TensorShape(SOURCE, DataType.INT64);
        TensorShape keep = new TensorShape(KEEP_MEMORY, DataType.BOOLEAN);
        CostOps prefix = new CostOps();
        DecoderState<TensorShape> state = model.decode(
                        prefix, new TensorShape(IDS, DataType.INT64), model.begin(prefix, source, keep))
                .state();
        CostOps step = new CostOps();
        model.decode(step, new TensorShape(new Shape(2, 1), DataType.INT64), state);

        // The sixth token: 5 keys are cached, and its own key and value of each head are read and written.
        Cost appended = new Cost(0, 0, 0, 0, 4 * 2 * (2 * 3 * 4 + 2 * 3 * 4));
        Cost layer = decoderLayer(1, 6, 0, 0).plus(appended);
        Cost tables = new Cost(17 * 12 + 9 * 12, 0, 0, 0, 0);
        Cost expected = tables.plus(embedded(2, 1)).plus(layer).plus(layer).plus(logits(2));
        assertEquals(expected, step.cost());

        // One interpreter for all of it counts parameters once.
        model.decode(prefix, new TensorShape(new Shape(2, 1), DataType.INT64), state);
        assertEquals(size(model), prefix.cost().parameters());
    }

    @Test
    void aTiedTableCountsOnceAndIsReadAtEachUse() {
        InputEmbedding embedding = new InputEmbedding(Samples.scaledEmbedding(17, 12));
        CostOps ops = new CostOps();
        TensorShape rows = new TensorShape(IDS, DataType.INT32);
        embedding.logits(ops, embedding.apply(ops, rows, null, null, TokenPositions.after(null)), null);
        // 10 rows are looked up, then the whole table is multiplied with; the ids have 4 bytes.
        Cost lookup = new Cost(0, 0, 0, 4 * 120, 4 * 10 + 4 * 120);
        Cost scale = new Cost(0, 0, 120, 0, 4 * 240);
        assertEquals(new Cost(17 * 12, 0, 0, 0, 0).plus(lookup).plus(scale).plus(logits(10)), ops.cost());
    }

    @Test
    void selectedRowsAreReadAndWritten() {
        CostOps ops = new CostOps();
        TensorShape rows = new TensorShape(new Shape(6), DataType.INT64);
        ops.selectRows(new TensorShape(new Shape(2, 3, 5, 4), DataType.FLOAT32), rows);
        assertEquals(new Cost(0, 0, 0, 0, 8 * 6 + 4 * 2 * (6 * 3 * 5 * 4)), ops.cost());
    }

    @Test
    void elementsMayBeOfHalfTheSize() {
        CostOps ops = new CostOps(DataType.FLOAT16);
        new Projection(12, 4, true).apply(ops, new TensorShape(X, DataType.FLOAT32));
        assertEquals(new Cost(52, 960, 40, 2 * 52, 2 * 160), ops.cost());
        requireRejected("CostOps: type must be of a floating type, got INT8", () -> new CostOps(DataType.INT8));
    }

    @Test
    void inputsThatDoNotFitAreNamed() {
        requireRejected(
                "Projection: x must be (B, T, 12) of a floating type, got (2, 5, 11)",
                () -> CostOps.of(new Projection(12, 4, true), new Shape(2, 5, 11)));
        requireRejected(
                "Projection: x must be (B, T, 12) of a floating type, got (2, 5, 12) INT64",
                () -> CostOps.of(new Projection(12, 4, true), List.of(new TensorShape(X, DataType.INT64))));
    }

    @Test
    void parametersAreThoseOfTheBlock() {
        requireParameters(new Projection(12, 4, true), X);
        requireParameters(new Norm(12, new NormConfig(NormKind.LAYER, 1e-5f, false)), X);
        requireParameters(new FeedForward(12, LAYER.feedForward()), X);
        requireParameters(new InputEmbedding(Samples.scaledEmbedding(17, 12)), IDS);
        requireParameters(new Positions(PositionKind.LEARNED, 9, 12), X);
        Shape heads = new Shape(2, 3, 5, 4);
        requireParameters(new ScaledDotProductAttention(1, 0), heads, heads, heads);
        AttentionConfig attention = AttentionConfig.of(12, 3);
        requireParameters(new MultiHeadAttention(attention), X, MEMORY, MEMORY);
        requireParameters(MultiHeadAttention.withWeights(attention), X, MEMORY, MEMORY);
        requireParameters(new TransformerLayer(LAYER), X);
        requireParameters(new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm())), X);
        requireParameters(new TransformerLayer(LAYER.decoding()), X, MEMORY);
        requireParameters(new TransformerStack(StackConfig.of(LAYER.decoding(), 2, LAYER.norm())), X, MEMORY);
        requireParameters(new EncoderClassifier(MODEL, 4), IDS, KEEP);
        requireParameters(new DecoderLanguageModel(MODEL), IDS);
        requireParameters(new EncoderDecoderTransformer(MODEL), SOURCE, KEEP_MEMORY, IDS);
    }

    private static void requireParameters(TransformerBlock block, Shape... inputs) {
        String name = block.getClass().getSimpleName();
        assertEquals(size(block), CostOps.of(block, inputs).parameters(), name);
    }

    private static long size(Block block) {
        return block.getParameters().values().stream()
                .map(Parameter::getShape)
                .mapToLong(Shape::size)
                .sum();
    }

    @Test
    void publishedSizes() {
        // GPT-2 small as Hugging Face counts it, 124439808.
        LayerConfig layer = LayerConfig.of(768, 12, 3072)
                .withActivation(ActivationFunction.GELU)
                .withNorm(NormPlacement.PRE);
        TransformerConfig gpt2 = new TransformerConfig(layer, 0, 12, 50257, 1024, PositionKind.LEARNED, true);
        Cost cost = CostOps.of(new DecoderLanguageModel(gpt2), new Shape(1, 1024));
        assertEquals(124_439_808, cost.parameters());
        // 2 a matrix weight and token, the tied matrix's logits included, and 4 L T D a token for attention.
        long matrices = 12L * 12 * 768 * 768 + 50257L * 768;
        assertEquals(1024 * (2 * matrices + 4L * 12 * 1024 * 768), cost.matmulFlops());
    }
}

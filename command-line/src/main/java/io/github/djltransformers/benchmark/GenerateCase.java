package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.Cost;
import io.github.djltransformers.ops.CostOps;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TensorShape;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Prompts of one length that go on for as many tokens, greedily: a language model of random weights as today's are, D 512, L 6,
 * 8 heads of queries and 2 of keys and values, rotary positions, RMS norms, a gated F 2048, and a vocabulary of 32000.
 *
 * @param batch B
 */
record GenerateCase(int batch) implements BenchmarkCase {
    private static final int PROMPT = 128;
    private static final int WRITTEN = 64;
    private static final int SIZE = 512;
    private static final int LAYERS = 6;
    private static final int HEADS = 8;
    private static final int KEY_VALUE_HEADS = 2;
    private static final int FEED_FORWARD = 2048;
    private static final int VOCABULARY = 32000;
    private static final int HEAD = SIZE / HEADS;
    private static final int SEED = 1;

    @Override
    public String name() {
        return Text.format("generate-d%d-l%d-b%d", SIZE, LAYERS, batch);
    }

    /** Every step reads all weights but the table of tokens, of which it reads a row, and the keys and values before it. */
    @Override
    public Work work() {
        DecoderLanguageModel model = model();
        CostOps reading = new CostOps();
        DecoderState<TensorShape> state = model.begin(reading, ids(PROMPT - 1), null);
        CostOps steps = new CostOps();
        double caches = 0;
        for (int i = 0; i < WRITTEN; i++) {
            state = model.decode(steps, ids(1), state).state();
            caches += 2.0 * batch * LAYERS * KEY_VALUE_HEADS * HEAD * Float.BYTES * (PROMPT + i);
        }
        Cost written = steps.cost();
        Reads reads = new Reads(reading.cost().weightBytes() + written.weightBytes(), caches);
        return new Work((double) batch * WRITTEN, "tokens", 0, reading.cost().plus(written), reads);
    }

    private TensorShape ids(int length) {
        return new TensorShape(new Shape(batch, length), DataType.INT64);
    }

    private static DecoderLanguageModel model() {
        NormConfig norm = NormConfig.rms(1e-5);
        AttentionConfig attention = AttentionConfig.of(SIZE, HEADS)
                .withBias(false, false)
                .withHeads(KEY_VALUE_HEADS, HEAD)
                .withRotary(new RotaryConfig(HEAD, 10000, null));
        LayerConfig layer = LayerConfig.of(SIZE, HEADS, FEED_FORWARD)
                .withAttention(attention)
                .withFeedForward(new FeedForwardConfig(FEED_FORWARD, ActivationFunction.SWISH, true, false, 0))
                .withNorm(NormPlacement.PRE)
                .withNorm(norm)
                .withAttentionNorm(norm);
        PositionConfig positions =
                new PositionConfig(PositionKind.NONE, 2 * (PROMPT + WRITTEN), 0, PositionNumbering.KEPT, -1);
        return new DecoderLanguageModel(new TransformerConfig(
                EmbeddingConfig.of(VOCABULARY, SIZE, 1, positions, 0),
                null,
                null,
                false,
                StackConfig.of(layer, LAYERS, norm),
                new OutputConfig(false, false, 1, 0)));
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return DecodingCase.eagerAndCompiled(engine, precisions);
    }

    @Override
    public Workplace open(NDManager manager) {
        NDManager owner = manager.newSubManager();
        DecoderLanguageModel model = model();
        model.initialize(owner, DataType.FLOAT32);
        Random random = new Random(SEED);
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            prompts.add(random.ints(PROMPT, 0, VOCABULARY).toArray());
        }
        GenerationConfig config =
                GenerationConfig.builder().optMaxNewTokens(WRITTEN).build();
        Executions executions = new Executions(model, owner);
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                return executions.workload(variant, () -> {
                    try (NDManager run = owner.newSubManager()) {
                        new Generation(model, new ParameterStore(run, false), run, config).fromPrompts(prompts);
                    }
                });
            }

            @Override
            public void close() {
                owner.close();
            }
        };
    }
}

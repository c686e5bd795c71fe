package io.github.djltransformers.compile;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import io.github.djltransformers.position.RelativeBiasConfig;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Generative models of two layers a stack, D 12, H 3, V 37 unless said, and what tests do with them. An encoder-decoder has D 24: heads
 * of 8 features, which ONNX Runtime writes in place, and so it is in whatever tests do with one.
 */
final class TinyModels {
    static final int VOCABULARY = 37;
    static final int MAX_LENGTH = 64;

    private TinyModels() {}

    interface Check {
        void on(GenerativeModel model, NDManager manager);
    }

    /** Makes a model and compiles it in every way that must be as exact as eager. */
    static void with(String engine, Function<NDManager, GenerativeModel> maker, Check check) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            GenerativeModel model = maker.apply(manager);
            for (CompilationConfig config : Compilers.exact(engine)) {
                CompiledExecution.install((TransformerBlock) model, manager, config);
                check.on(model, manager);
            }
        }
    }

    static EncoderDecoderTransformer encoderDecoder(NDManager manager) {
        return encoderDecoder(manager, VOCABULARY);
    }

    static EncoderDecoderTransformer encoderDecoder(NDManager manager, int vocabulary) {
        TransformerConfig config = new TransformerConfig(
                LayerConfig.of(24, 3, 20), 2, 2, vocabulary, MAX_LENGTH, PositionKind.SINUSOIDAL, false);
        return Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config));
    }

    static DecoderLanguageModel languageModel(NDManager manager) {
        LayerConfig layer = LayerConfig.of(12, 3, 20).withNorm(NormPlacement.PRE);
        TransformerConfig config =
                new TransformerConfig(layer, 0, 2, VOCABULARY, MAX_LENGTH, PositionKind.LEARNED, true);
        return Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config));
    }

    /** Writers with what today's have: rotary positions and shared heads, a window, biases by distance. */
    static List<Function<NDManager, GenerativeModel>> modernWriters() {
        AttentionConfig plain = AttentionConfig.of(12, 3);
        AttentionConfig grouped =
                new AttentionConfig(12, 12, 12, 4, false, 0).withHeads(2, 6).withRotary(new RotaryConfig(4, 100, null));
        List<StackConfig> stacks = List.of(
                stack(grouped.withQueryKeyNorm(NormConfig.rms(1e-5))),
                stack(plain.withSpan(AttentionSpan.causalWindow(3))),
                stack(plain).withRelativeBias(RelativeBiasConfig.alibi(MAX_LENGTH)),
                stack(plain).withRelativeBias(new RelativeBiasConfig(RelativeBiasConfig.Kind.CAUSAL_BUCKETS, 8, 20)));
        EmbeddingConfig embedding = EmbeddingConfig.of(
                VOCABULARY, 12, 1, new PositionConfig(PositionKind.NONE, MAX_LENGTH, 0, PositionNumbering.KEPT, -1), 0);
        return stacks.stream()
                .map(stack -> new TransformerConfig(embedding, null, null, false, stack, OutputConfig.TIED))
                .<Function<NDManager, GenerativeModel>>map(config ->
                        manager -> Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config)))
                .toList();
    }

    /** Writers whose heads are large enough for ONNX Runtime to write keys in place, D 32: absolute and rotary positions, shared heads, scores with a factor of their own and a cap. */
    static List<Function<NDManager, GenerativeModel>> writersInPlace() {
        LayerConfig plain = LayerConfig.of(32, 4, 20).withNorm(NormPlacement.PRE);
        AttentionConfig grouped = AttentionConfig.of(32, 4).withHeads(2, 8).withRotary(new RotaryConfig(8, 100, null));
        return List.of(
                manager -> Samples.initialized(
                        manager,
                        DataType.FLOAT32,
                        new EncoderDecoderTransformer(config(plain, 2, PositionKind.SINUSOIDAL))),
                manager -> Samples.initialized(
                        manager, DataType.FLOAT32, new DecoderLanguageModel(config(plain, 0, PositionKind.LEARNED))),
                manager -> Samples.initialized(
                        manager,
                        DataType.FLOAT32,
                        new DecoderLanguageModel(config(plain.withAttention(grouped), 0, PositionKind.NONE))),
                manager -> Samples.initialized(
                        manager,
                        DataType.FLOAT32,
                        new DecoderLanguageModel(config(
                                plain.withAttention(AttentionConfig.of(32, 4).withScale(new ScoreScale(0.9f, 1.5f))),
                                0,
                                PositionKind.LEARNED))));
    }

    private static TransformerConfig config(LayerConfig layer, int encoderLayers, PositionKind positions) {
        return new TransformerConfig(layer, encoderLayers, 2, VOCABULARY, MAX_LENGTH, positions, true);
    }

    private static StackConfig stack(AttentionConfig attention) {
        LayerConfig layer = LayerConfig.of(12, attention.heads(), 20)
                .withAttention(attention)
                .withNorm(NormPlacement.PRE);
        return StackConfig.of(layer, 2, layer.norm());
    }

    static int[] tokens(Random random, int count) {
        return random.ints(count, 0, VOCABULARY).toArray();
    }

    static DecodingBatch eager(GenerativeModel model, NDManager manager, TokenRows inputs) {
        return EagerDecodingBatch.open(model, new ParameterStore(manager, false), manager, inputs);
    }

    static DecodingBatch installed(GenerativeModel model, NDManager manager, TokenRows inputs) {
        return DecodingBatch.open(model, new ParameterStore(manager, false), manager, inputs);
    }
}

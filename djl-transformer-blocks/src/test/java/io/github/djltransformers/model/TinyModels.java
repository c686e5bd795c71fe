package io.github.djltransformers.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Samples;

/** Models of two layers a stack, D 12, H 3, whose parameters are the same on every engine. */
final class TinyModels {
    static final int VOCABULARY = 17;

    private TinyModels() {}

    static TransformerConfig config() {
        return new TransformerConfig(LayerConfig.of(12, 3, 20), 2, 2, VOCABULARY, 16, PositionKind.SINUSOIDAL, false);
    }

    static EncoderDecoderTransformer encoderDecoder(NDManager manager) {
        return Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config()));
    }

    static DecoderLanguageModel languageModel(NDManager manager) {
        TransformerConfig config = new TransformerConfig(
                LayerConfig.of(12, 3, 20).withNorm(NormPlacement.PRE),
                0,
                2,
                VOCABULARY,
                16,
                PositionKind.LEARNED,
                true);
        return Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config));
    }
}

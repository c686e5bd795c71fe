package io.github.djltransformers.stack;

import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.position.PositionKind;

/**
 * The shape of a transformer model.
 *
 * @param layer every layer of both stacks
 * @param encoderLayers L of the encoder, 0 for a decoder-only model
 * @param decoderLayers L of the decoder, 0 for an encoder-only model
 * @param vocabularySize V, shared by source, target and output
 * @param maxLength the longest sequence in tokens
 * @param positions how positions are given
 * @param finalNorm whether each stack ends with a layer norm, which pre-norm stacks need
 */
public record TransformerConfig(
        LayerConfig layer,
        int encoderLayers,
        int decoderLayers,
        int vocabularySize,
        int maxLength,
        PositionKind positions,
        boolean finalNorm) {
    public TransformerConfig {
        if (layer == null || positions == null) {
            throw new IllegalArgumentException(
                    "TransformerConfig: layer and positions must be given, got " + layer + " and " + positions);
        }
        if (encoderLayers < 0 || decoderLayers < 0 || encoderLayers + decoderLayers == 0) {
            throw new IllegalArgumentException(
                    "TransformerConfig: encoderLayers and decoderLayers must be at least 0 and" + " not both 0, got "
                            + encoderLayers + " and " + decoderLayers);
        }
        if (vocabularySize < 1 || maxLength < 1) {
            throw new IllegalArgumentException("TransformerConfig: vocabularySize and maxLength must be positive, got "
                    + vocabularySize + " and " + maxLength);
        }
    }

    /** "Base" of Vaswani et al. 2017, table 3: L 6, D 512, F 2048, H 8, dropout 0.1. */
    public static TransformerConfig base(int vocabularySize) {
        return vaswani(LayerConfig.of(512, 8, 2048).withDropout(0.1f, 0, 0), 6, vocabularySize);
    }

    /** "Big" of Vaswani et al. 2017, table 3: L 6, D 1024, F 4096, H 16, dropout 0.3. */
    public static TransformerConfig big(int vocabularySize) {
        return vaswani(LayerConfig.of(1024, 16, 4096).withDropout(0.3f, 0, 0), 6, vocabularySize);
    }

    /** The hyper-parameter set {@code transformer_tiny} of tensor2tensor (Vaswani et al. 2018): L 2, D 128, F 512, H 4. */
    public static TransformerConfig tiny(int vocabularySize) {
        return vaswani(LayerConfig.of(128, 4, 512).withDropout(0.1f, 0, 0), 2, vocabularySize);
    }

    private static TransformerConfig vaswani(LayerConfig layer, int layers, int vocabularySize) {
        return new TransformerConfig(layer, layers, layers, vocabularySize, 1024, PositionKind.SINUSOIDAL, false);
    }
}

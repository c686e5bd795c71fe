package io.github.djltransformers.saved;

import io.github.djltransformers.layer.LayerShape;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;

/** The form of {@code transformer} in files of version 1: one layer for both stacks. */
record VersionOne(
        LayerShape layer,
        int encoderLayers,
        int decoderLayers,
        int vocabularySize,
        int maxLength,
        PositionKind positions,
        boolean finalNorm) {
    TransformerConfig config() {
        return new TransformerConfig(
                layer.config(), encoderLayers, decoderLayers, vocabularySize, maxLength, positions, finalNorm);
    }

    /** A whole file of an encoder-decoder. */
    record EncoderDecoder(VersionOne transformer) {
        ModelConfig config() {
            return new ModelConfig.EncoderDecoder(transformer.config());
        }
    }

    /** A whole file of a classifier. */
    record Classifier(VersionOne transformer, int classes) {
        ModelConfig config() {
            return new ModelConfig.Classifier(transformer.config(), classes);
        }
    }

    /** A whole file of a language model. */
    record LanguageModel(VersionOne transformer) {
        ModelConfig config() {
            return new ModelConfig.LanguageModel(transformer.config());
        }
    }
}

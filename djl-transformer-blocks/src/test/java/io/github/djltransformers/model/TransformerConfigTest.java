package io.github.djltransformers.model;

import static io.github.djltransformers.testing.Rejections.requireRejected;

import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import org.junit.jupiter.api.Test;

class TransformerConfigTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);

    private static TransformerConfig config(int encoderLayers, int decoderLayers, int vocabulary, int length) {
        return new TransformerConfig(
                LAYER, encoderLayers, decoderLayers, vocabulary, length, PositionKind.LEARNED, true);
    }

    @Test
    void partsMustBeGiven() {
        requireRejected(
                "TransformerConfig: layer and positions must be given, got null and LEARNED",
                () -> new TransformerConfig(null, 1, 1, 5, 5, PositionKind.LEARNED, true));
        requireRejected(
                "TransformerConfig: layer and positions must be given, got " + LAYER + " and null",
                () -> new TransformerConfig(LAYER, 1, 1, 5, 5, null, true));
    }

    @Test
    void depthsAndSizesMustBeInRange() {
        requireRejected(
                "TransformerConfig: encoderLayers and decoderLayers must be at least 0 and not both 0, got 0 and 0",
                () -> config(0, 0, 5, 5));
        requireRejected(
                "TransformerConfig: encoderLayers and decoderLayers must be at least 0 and not both 0, got -1 and 2",
                () -> config(-1, 2, 5, 5));
        requireRejected(
                "TransformerConfig: vocabularySize and maxLength must be positive, got 0 and 5",
                () -> config(1, 1, 0, 5));
        requireRejected(
                "TransformerConfig: vocabularySize and maxLength must be positive, got 5 and -2",
                () -> config(1, 1, 5, -2));
        requireRejected(
                "StackConfig: depth must be in [1, 10000], got 0",
                () -> new TransformerStack(StackConfig.of(LAYER, 0, LAYER.norm())));
        requireRejected(
                "StackConfig: depth must be in [1, 10000], got -1",
                () -> new TransformerStack(StackConfig.of(LAYER.decoding(), -1, LAYER.norm())));
        for (PositionKind kind : PositionKind.values()) {
            requireRejected(
                    "PositionConfig: length must be positive and offset at least 0, got 0 and 0",
                    () -> new Positions(kind, 0, 4));
        }
    }

    @Test
    void modelsNeedTheirStacks() {
        requireRejected(
                "EncoderDecoderTransformer: encoderLayers and decoderLayers must be positive, got 0 and 1",
                () -> new EncoderDecoderTransformer(config(0, 1, 5, 5)));
        requireRejected(
                "EncoderDecoderTransformer: encoderLayers and decoderLayers must be positive, got 1 and 0",
                () -> new EncoderDecoderTransformer(config(1, 0, 5, 5)));
        requireRejected(
                "DecoderLanguageModel: decoderLayers must be positive, got 0",
                () -> new DecoderLanguageModel(config(1, 0, 5, 5)));
        requireRejected(
                "EncoderClassifier: encoderLayers must be positive, got 0",
                () -> new EncoderClassifier(config(0, 1, 5, 5), 2));
        requireRejected(
                "EncoderClassifier: classes must be positive, got 0",
                () -> new EncoderClassifier(config(1, 0, 5, 5), 0));
    }
}

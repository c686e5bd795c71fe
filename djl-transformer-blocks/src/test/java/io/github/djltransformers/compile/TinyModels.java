package io.github.djltransformers.compile;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.stack.DecoderLanguageModel;
import io.github.djltransformers.stack.EncoderDecoderTransformer;
import io.github.djltransformers.stack.GenerativeModel;
import io.github.djltransformers.stack.TransformerConfig;
import io.github.djltransformers.testing.Samples;
import java.util.Random;

/** Generative models of two layers a stack, D 12, H 3, V 37 unless said, and what tests do with them. */
final class TinyModels {
    static final int VOCABULARY = 37;
    static final int MAX_LENGTH = 64;

    private TinyModels() {}

    static EncoderDecoderTransformer encoderDecoder(NDManager manager) {
        return encoderDecoder(manager, VOCABULARY);
    }

    static EncoderDecoderTransformer encoderDecoder(NDManager manager, int vocabulary) {
        TransformerConfig config = new TransformerConfig(
                LayerConfig.of(12, 3, 20), 2, 2, vocabulary, MAX_LENGTH, PositionKind.SINUSOIDAL, false);
        return Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config));
    }

    static DecoderLanguageModel languageModel(NDManager manager) {
        LayerConfig layer = LayerConfig.of(12, 3, 20).withNorm(NormPlacement.PRE);
        TransformerConfig config =
                new TransformerConfig(layer, 0, 2, VOCABULARY, MAX_LENGTH, PositionKind.LEARNED, true);
        return Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config));
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

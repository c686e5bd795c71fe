package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import java.util.List;

/** A random model of 2 + 2 layers, D 12, with token 0 for padding, 1 to start and 2 to end. */
final class TinyTransformer {
    static final int PAD = 0;
    static final int START = 1;
    static final int END = 2;

    private final NDManager manager;
    private final EncoderDecoderTransformer model;

    TinyTransformer(NDManager manager, int vocabularySize) {
        this.manager = manager;
        manager.getEngine().setRandomSeed(11);
        TransformerConfig config = new TransformerConfig(
                LayerConfig.of(12, 3, 20), 2, 2, vocabularySize, 24, PositionKind.SINUSOIDAL, false);
        model = new EncoderDecoderTransformer(config);
        model.initialize(manager, DataType.FLOAT32);
    }

    EncoderDecoderTransformer model() {
        return model;
    }

    DecodingBatch batch(List<int[]> sources) {
        return DecodingBatch.open(model, new ParameterStore(manager, false), manager, TokenRows.of(sources, PAD));
    }

    List<List<GeneratedSequence>> search(GenerationConfig config, List<int[]> sources) {
        try (DecodingBatch batch = batch(sources)) {
            return Searches.run(batch, config, START);
        }
    }

    /** Log-probabilities (T, V) of each successor of the target's tokens, in one pass without caches. */
    float[][] logProbs(int[] source, int[] target) {
        try (NDManager step = manager.newSubManager()) {
            NDArray mask = step.ones(new Shape(1, 1, 1, source.length), DataType.BOOLEAN);
            NDList inputs = new NDList(ids(step, source), mask, ids(step, target));
            NDArray logProbs = model.forward(new ParameterStore(manager, false), inputs, false)
                    .singletonOrThrow()
                    .logSoftmax(2);
            float[] flat = logProbs.toFloatArray();
            int vocabularySize = flat.length / target.length;
            float[][] rows = new float[target.length][vocabularySize];
            for (int t = 0; t < target.length; t++) {
                System.arraycopy(flat, t * vocabularySize, rows[t], 0, vocabularySize);
            }
            return rows;
        }
    }

    private static NDArray ids(NDManager manager, int[] ids) {
        long[] row = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            row[i] = ids[i];
        }
        return manager.create(row, new Shape(1, ids.length));
    }
}

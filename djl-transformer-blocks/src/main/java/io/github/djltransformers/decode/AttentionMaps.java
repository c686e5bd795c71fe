package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.ObservedOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each layer and head of a model looks at while it reads a source and writes a target.
 *
 * @param encoder of each layer and head, from each token of the source to each
 * @param decoder of each layer and head, from each token that the decoder reads to those before
 * @param cross of each layer and head, from each token that the decoder reads to each of the source
 */
public record AttentionMaps(List<float[][][]> encoder, List<float[][][]> decoder, List<float[][][]> cross) {
    public AttentionMaps {
        encoder = List.copyOf(encoder);
        decoder = List.copyOf(decoder);
        cross = List.copyOf(cross);
    }

    /**
     * Reads a source and what is written for it.
     *
     * @param model reads sources
     * @param source at least one token
     * @param target what the decoder reads: the start token and the target's, of which the last is only predicted
     */
    public static AttentionMaps of(
            GenerativeModel model, ParameterStore parameterStore, NDManager manager, int[] source, int... target) {
        if (!model.readsSource()) {
            throw new IllegalArgumentException("AttentionMaps: model must read sources, got "
                    + model.getClass().getSimpleName());
        }
        try (NDManager scratch = manager.newSubManager()) {
            ObservedOps ops = new ObservedOps(parameterStore);
            NDArray ids = TokenRows.of(List.of(source), 0).ids(scratch);
            DecoderState<NDArray> state = model.begin(ops, ids, null);
            int encoders = ops.attention().size();
            model.decode(ops, TokenRows.of(List.of(target), 0).ids(scratch), state);
            List<float[][][]> all =
                    ops.attention().stream().map(AttentionMaps::heads).toList();
            List<float[][][]> self = new ArrayList<>();
            List<float[][][]> cross = new ArrayList<>();
            for (int i = encoders; i < all.size(); i += 2) {
                self.add(all.get(i));
                cross.add(all.get(i + 1));
            }
            return new AttentionMaps(all.subList(0, encoders), self, cross);
        }
    }

    private static float[][][] heads(NDArray weights) {
        int heads = (int) weights.getShape().get(1);
        int rows = (int) weights.getShape().get(2);
        int columns = (int) weights.getShape().get(3);
        float[] numbers = weights.toFloatArray();
        float[][][] maps = new float[heads][rows][];
        for (int i = 0; i < heads * rows; i++) {
            maps[i / rows][i % rows] = Arrays.copyOfRange(numbers, i * columns, (i + 1) * columns);
        }
        return maps;
    }

    /** From each token that the decoder reads to each of the source: the mean of all layers and heads. */
    public double[][] meanCross() {
        int rows = cross.get(0)[0].length;
        int columns = cross.get(0)[0][0].length;
        double[][] mean = new double[rows][columns];
        int count = cross.stream().mapToInt(layer -> layer.length).sum();
        for (float[][][] layer : cross) {
            for (float[][] head : layer) {
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        mean[i][j] += head[i][j] / count;
                    }
                }
            }
        }
        return mean;
    }
}

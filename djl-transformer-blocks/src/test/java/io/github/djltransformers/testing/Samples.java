package io.github.djltransformers.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Inputs and parameters that are the same on every engine and in every run. */
public final class Samples {
    private Samples() {}

    /** Standard normal values of a seed. */
    public static NDArray normal(NDManager manager, DataType type, long seed, long... shape) {
        Shape wanted = new Shape(shape);
        double[] values = normal(seed, Math.toIntExact(wanted.size()));
        return of(manager, type, values, wanted);
    }

    private static NDArray of(NDManager manager, DataType type, double[] values, Shape shape) {
        return type == DataType.FLOAT64
                ? HostArrays.of(manager, values, shape)
                : HostArrays.of(manager, floats(values), shape);
    }

    private static double[] normal(long seed, int count) {
        Random random = new Random(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextGaussian();
        }
        return values;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Ids in [0, vocabulary) of a seed. */
    public static NDArray ids(NDManager manager, long seed, int vocabulary, long batch, long length) {
        long[] ids = new Random(seed).longs(batch * length, 0, vocabulary).toArray();
        return HostArrays.of(manager, ids, new Shape(batch, length));
    }

    /** (B, 1, 1, S): true at the first positions of each row, as many as given. */
    public static NDArray keepMask(NDManager manager, int length, int... kept) {
        boolean[] keep = new boolean[kept.length * length];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = i % length < kept[i / length];
        }
        return HostArrays.of(manager, keep, new Shape(kept.length, 1, 1, length));
    }

    /**
     * Initialises a block and gives every trained parameter normal values, biases and norms too, so that no error hides
     * behind a zero or a one.
     */
    public static <B extends Block> B initialized(NDManager manager, DataType type, B block) {
        block.initialize(manager, type);
        long seed = 100;
        for (Map.Entry<String, Parameter> named : ParameterNames.trained(block).entrySet()) {
            NDArray array = named.getValue().getArray();
            boolean norm = named.getKey().contains("norm");
            double[] values = normal(seed++, Math.toIntExact(array.size()));
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] * 0.3 + (norm ? 1 : 0);
            }
            try (NDArray drawn = of(array.getManager(), type, values, array.getShape())) {
                drawn.copyTo(array);
            }
        }
        return block;
    }

    /** The trained parameters of a block, by name. */
    public static Map<String, NDArray> arrays(Block block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        ParameterNames.trained(block).forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        return arrays;
    }

    /** Token vectors times the square root of their size, without positions. */
    public static EmbeddingConfig scaledEmbedding(int vocabularySize, int size) {
        PositionConfig none = PositionConfig.of(PositionKind.NONE, 64);
        return EmbeddingConfig.of(vocabularySize, size, Math.sqrt(size), none, 0);
    }
}

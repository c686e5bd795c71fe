package io.github.djltransformers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;
import io.github.djltransformers.ops.Scalars;

/**
 * The contrastive loss of pairs, in which the other pairs of a batch are what does not belong together (van den Oord et al. 2018,
 * InfoNCE; Gao et al. 2021, SimCSE, section 3). For vectors a and b of N pairs and similarities {@code s[i, j] = a[i] b[j] / t}:
 *
 * <pre>  loss = - mean over i of (log softmax(s[i, :])[i] + log softmax(s[:, i])[i]) / 2</pre>
 *
 * <p>Predictions: one array (2 N, E), first all a, then all b in the same order; of length 1 each, so that products are cosines.
 * Labels: none are read.
 */
public final class InBatchNegatives extends Loss {
    private final double temperature;

    /**
     * @param temperature t, by which similarities are divided
     */
    public InBatchNegatives(double temperature) {
        super("InBatchNegatives");
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("InBatchNegatives: temperature must be positive, got " + temperature);
        }
        this.temperature = temperature;
    }

    /** {@inheritDoc} */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray vectors = predictions.singletonOrThrow();
        long rows = vectors.getShape().get(0);
        if (vectors.getShape().dimension() != 2 || rows % 2 != 0) {
            throw new IllegalArgumentException(
                    "InBatchNegatives: predictions must have the shape (2 N, E), got " + vectors.getShape());
        }
        try (NDManager scope = vectors.getManager().newSubManager()) {
            scope.tempAttachAll(vectors);
            NDArray one = vectors.get("0:{}", rows / 2);
            NDArray other = vectors.get("{}:", rows / 2);
            NDArray similarities = Scalars.times(one.matMul(other.transpose()), 1 / temperature);
            NDArray right =
                    scope.eye((int) (rows / 2)).toType(DataType.FLOAT32, false).duplicate();
            right.attach(vectors.getManager());
            NDArray log = similarities.logSoftmax(1).add(similarities.logSoftmax(0));
            return scope.ret(Scalars.times(log.mul(right).sum(), -1d / rows));
        }
    }
}

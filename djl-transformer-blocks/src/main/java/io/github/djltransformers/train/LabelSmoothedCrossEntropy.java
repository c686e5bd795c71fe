package io.github.djltransformers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.Scalars;

/**
 * Cross-entropy of logits with the target distribution softened towards the uniform one.
 *
 * <p>For a target class t among V, with log-probabilities p = log softmax(logits) and class weights w (1 without any):
 *
 * <pre>  loss = -(1 - smoothing) w[t] p[t] - smoothing / V * sum over all classes c of w[c] p[c]</pre>
 *
 * <p>Smoothing as in Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7: every class, the target
 * included, gets smoothing / V, as in PyTorch; fairseq and tensor2tensor instead spread it over the V - 1 others.
 * Targets equal to the ignored label, usually padding, have neither loss nor gradient and don't count in the mean; the
 * ignored label may be a class of its own, which then still takes its part of the smoothing mass of other targets. The
 * mean over no kept target is NaN, as in PyTorch.
 *
 * <p>Labels: one array (...) INT64 or INT32. Predictions: one array of logits (..., V), floating. The loss is a scalar,
 * or of shape (...) for {@link Reduction#NONE}. One full-size array is kept until the backward pass.
 *
 * <p>Labels may instead be class probabilities q: a floating array of the shape of the logits, to be left open until the
 * backward pass. The first term then is -(1 - smoothing) times the sum over all classes
 * c of w[c] q[c] p[c]; no label is ignored, and the mean is over all targets whatever the class weights, as in PyTorch.
 */
public final class LabelSmoothedCrossEntropy extends Loss {
    private final double smoothing;
    private final long ignoredLabel;
    private final Reduction reduction;
    private final float[] classWeights;

    /**
     * A loss without class weights.
     *
     * @param smoothing the probability mass spread over all classes, in [0, 1]
     * @param ignoredLabel the label without loss, e.g. the padding id or -100
     * @param reduction how the losses of targets are combined
     */
    public LabelSmoothedCrossEntropy(double smoothing, long ignoredLabel, Reduction reduction) {
        this(smoothing, ignoredLabel, reduction, new float[0]);
    }

    /**
     * A loss whose classes count differently.
     *
     * @param smoothing the probability mass spread over all classes, in [0, 1]
     * @param ignoredLabel the label without loss
     * @param reduction how the losses of targets are combined
     * @param classWeights V weights, or none for equal ones
     */
    public LabelSmoothedCrossEntropy(double smoothing, long ignoredLabel, Reduction reduction, float... classWeights) {
        super("LabelSmoothedCrossEntropy");
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException(
                    "LabelSmoothedCrossEntropy: smoothing must be in [0, 1], got " + smoothing);
        }
        this.smoothing = smoothing;
        this.ignoredLabel = ignoredLabel;
        this.reduction = reduction;
        this.classWeights = classWeights.clone();
    }

    /** {@inheritDoc} */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return evaluate(labels.singletonOrThrow(), predictions.singletonOrThrow());
    }

    private NDArray evaluate(NDArray labels, NDArray logits) {
        checkShapes(labels, logits);
        try (NDManager scope = logits.getManager().newSubManager()) {
            scope.tempAttachAll(labels, logits);
            NDArray result = reduce(labels, logits);
            return scope.ret(result);
        }
    }

    private NDArray reduce(NDArray labels, NDArray logits) {
        Shape shape = logits.getShape();
        long classes = shape.tail();
        long targets = shape.size() / classes;
        NDArray logProbs = logits.reshape(targets, classes).logSoftmax(1); // (N, V)
        // A copy in the engine's memory: this one is closed before the backward pass reads it, see Scalars.
        NDArray weights = classWeights.length == 0
                ? null
                : HostArrays.of(logits.getManager(), classWeights).duplicate();
        NDArray losses = labels.getDataType().isFloating()
                ? reduceDistributions(labels.reshape(targets, classes), logProbs, weights)
                : reduceClasses(labels.reshape(targets), logProbs, weights);
        return reduction == Reduction.NONE ? losses.reshape(shape.slice(0, shape.dimension() - 1)) : losses;
    }

    private NDArray reduceDistributions(NDArray labels, NDArray logProbs, NDArray weights) {
        NDArray probabilities = labels.toType(logProbs.getDataType(), false); // (N, V)
        NDArray weighted = weights == null ? probabilities : probabilities.mul(weights);
        NDArray losses = Scalars.times(weighted.mul(logProbs).sum(new int[] {1}), smoothing - 1); // (N)
        if (smoothing > 0) {
            losses = losses.add(smoothingLosses(logProbs, weights));
        }
        return switch (reduction) {
            case NONE -> losses;
            case SUM -> losses.sum();
            case MEAN -> Scalars.times(losses.sum(), 1d / losses.size());
        };
    }

    private NDArray reduceClasses(NDArray labels, NDArray logProbs, NDArray weights) {
        NDArray ids = labels.toType(DataType.INT64, false); // (N)
        NDArray kept = ids.neq(ignoredLabel);
        // An ignored label may be no class at all, and an engine either fails on it or reads another class.
        NDArray classIds = ids.mul(kept.toType(DataType.INT64, false));
        NDArray losses = targetLosses(logProbs, classIds, weights);
        if (smoothing > 0) {
            losses = losses.add(smoothingLosses(logProbs, weights));
        }
        // A selection, not a product: a row of padding may hold infinities.
        NDArray keptLosses =
                NDArrays.where(kept, losses, losses.getManager().zeros(losses.getShape(), losses.getDataType()));
        return switch (reduction) {
            case NONE -> keptLosses;
            case SUM -> keptLosses.sum();
            case MEAN -> {
                NDArray counts = kept.toType(logProbs.getDataType(), false);
                yield keptLosses.sum().div((weights == null ? counts : counts.mul(weights.take(classIds))).sum());
            }
        };
    }

    private NDArray targetLosses(NDArray logProbs, NDArray classIds, NDArray weights) {
        NDArray picked = logProbs.get(new NDIndex().addAllDim().addPickDim(classIds.expandDims(1)))
                .squeeze(1); // (N)
        NDArray scaled = Scalars.times(picked, smoothing - 1);
        return weights == null ? scaled : scaled.mul(weights.take(classIds));
    }

    // A sum, not a mean: the gradient of a sum is the broadcast of one number a row and needs no full-size array.
    private NDArray smoothingLosses(NDArray logProbs, NDArray weights) {
        NDArray sums = weights == null
                ? logProbs.sum(new int[] {1})
                : logProbs.matMul(weights.expandDims(1)).squeeze(1);
        return Scalars.times(sums, -smoothing / logProbs.getShape().get(1));
    }

    private void checkShapes(NDArray labels, NDArray logits) {
        Shape shape = logits.getShape();
        boolean distributions = labels.getDataType().isFloating();
        if (shape.dimension() < 2
                || !labels.getShape().equals(distributions ? shape : shape.slice(0, shape.dimension() - 1))) {
            throw new IllegalArgumentException("LabelSmoothedCrossEntropy: labels must have the shape of logits "
                    + shape + (distributions ? " as they are floating, got " : " without its last axis, got ")
                    + labels.getShape());
        }
        if (!distributions && !labels.getDataType().isInteger()) {
            throw new IllegalArgumentException(
                    "LabelSmoothedCrossEntropy: labels must be INT64, INT32 or floating, got "
                            + labels.getDataType().name());
        }
        if (classWeights.length != 0 && classWeights.length != shape.tail()) {
            throw new IllegalArgumentException("LabelSmoothedCrossEntropy: classWeights must be " + shape.tail()
                    + ", one a class, got " + classWeights.length);
        }
    }
}

package io.github.djltransformers.benchmark;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.ops.Cost;
import io.github.djltransformers.ops.CostOps;
import io.github.djltransformers.ops.TensorShape;

/** What writing sequences costs at least: nothing is counted for the choice of tokens, nor for moving beams. */
final class DecodingCost {
    private DecodingCost() {}

    /**
     * The cost of reading sources of one length and writing as many tokens for each, all to the end.
     *
     * @param batch B
     * @param beams K; the first token is written by B rows, the others by B K
     */
    static Cost of(ModelSize size, int batch, int beams, int sourceLength, int targetLength) {
        EncoderDecoderTransformer model = new EncoderDecoderTransformer(size.config());
        return beams == 1
                ? cost(model, batch, sourceLength, targetLength, true)
                : withoutSharedParameters(
                        cost(model, batch, sourceLength, 1, true),
                        difference(
                                cost(model, batch * beams, sourceLength, targetLength, false),
                                cost(model, batch * beams, sourceLength, 1, false)));
    }

    /**
     * The cost of one step.
     *
     * @param past tokens before it
     */
    static Cost ofStep(ModelSize size, int batch, int sourceLength, int past) {
        EncoderDecoderTransformer model = new EncoderDecoderTransformer(size.config());
        Cost step = difference(
                cost(model, batch, sourceLength, past + 1, false), cost(model, batch, sourceLength, past, false));
        return new Cost(
                cost(model, batch, sourceLength, 1, false).parameters(),
                step.matmulFlops(),
                step.otherFlops(),
                step.weightBytes(),
                step.activationBytes());
    }

    private static Cost cost(EncoderDecoderTransformer model, int rows, int sourceLength, int steps, boolean encoding) {
        CostOps encoder = new CostOps();
        DecoderState<TensorShape> state = model.begin(encoder, ids(rows, sourceLength), null);
        CostOps ops = encoding ? encoder : new CostOps();
        for (int i = 0; i < steps; i++) {
            DecoderOutput<TensorShape> output = model.decode(ops, ids(rows, 1), state);
            state = output.state();
        }
        return ops.cost();
    }

    private static TensorShape ids(int rows, int length) {
        return new TensorShape(new Shape(rows, length), DataType.INT64);
    }

    private static Cost difference(Cost more, Cost less) {
        return new Cost(
                more.parameters(),
                more.matmulFlops() - less.matmulFlops(),
                more.otherFlops() - less.otherFlops(),
                more.weightBytes() - less.weightBytes(),
                more.activationBytes() - less.activationBytes());
    }

    private static Cost withoutSharedParameters(Cost whole, Cost part) {
        return whole.plus(
                new Cost(0, part.matmulFlops(), part.otherFlops(), part.weightBytes(), part.activationBytes()));
    }
}

package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.NDArrayOps;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The likeliest token after those before, again and again, for each row of a batch. Reads the inputs when it is first asked. */
final class LikeliestTokens implements Iterator<NDList> {
    private final GenerativeModel model;
    private final NDArrayOps ops;
    private final NDList inputs;
    private DecoderState<NDArray> state;
    private NDArray last;
    private int room;

    LikeliestTokens(GenerativeModel model, ParameterStore parameterStore, NDList inputs) {
        this.model = model;
        this.inputs = inputs;
        ops = new NDArrayOps(parameterStore, false);
        int read = model.readsSource() || inputs.isEmpty()
                ? 0
                : (int) ids().getShape().get(1);
        room = model.config().maxLength() - read + (model.readsSource() ? 0 : 1);
    }

    private NDArray ids() {
        return inputs.get(0);
    }

    private NDArray keepMask() {
        return inputs.size() > 1 ? inputs.get(1) : null;
    }

    @Override
    public boolean hasNext() {
        return room > 0 && !inputs.isEmpty();
    }

    @Override
    public NDList next() {
        if (!hasNext()) {
            throw new NoSuchElementException("LikeliestTokens: the model can read no more tokens");
        }
        NDManager home = ids().getManager();
        try (NDManager step = home.newSubManager()) {
            DecoderOutput<NDArray> output = last == null ? first(step) : after(step);
            NDArray logits = output.logits();
            NDArray newest = logits.get(":, -1:, :").argMax(2).toType(DataType.INT64, false);
            newest.attach(home);
            if (last != null) {
                last.attach(step);
            }
            last = newest.duplicate();
            state = output.state().map(array -> attached(array, home));
            room--;
            return new NDList(newest);
        }
    }

    private DecoderOutput<NDArray> first(NDManager step) {
        if (!model.readsSource()) {
            return model.decode(ops, in(step, ids()), DecoderState.beginning(in(step, keepMask())));
        }
        return model.decode(ops, in(step, inputs.get(2)), model.begin(ops, in(step, ids()), in(step, keepMask())));
    }

    private DecoderOutput<NDArray> after(NDManager step) {
        return model.decode(ops, in(step, last), state.map(array -> attached(array, step)));
    }

    /** What is made of an array belongs to its manager; the caller's own array stays where it is. */
    private static NDArray in(NDManager step, NDArray array) {
        if (array == null) {
            return null;
        }
        NDArray copy = array.duplicate();
        copy.attach(step);
        return copy;
    }

    private static NDArray attached(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }
}

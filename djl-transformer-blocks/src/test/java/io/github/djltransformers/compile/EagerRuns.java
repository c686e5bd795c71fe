package io.github.djltransformers.compile;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An encoder layer, D 12, H 3, F 20, that counts how often it is computed operation by operation. */
final class EagerRuns extends TransformerBlock {
    static final int SIZE = 12;

    private final AtomicInteger count = new AtomicInteger();
    private final TransformerLayer layer;

    @SuppressWarnings("this-escape")
    EagerRuns() {
        layer = addChildBlock("layer", new TransformerLayer(LayerConfig.of(SIZE, 3, 20)));
    }

    int count() {
        return count.get();
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        if (ops instanceof NDArrayOps) {
            count.incrementAndGet();
        }
        return layer.apply(ops, inputs);
    }

    @Override
    public List<String> inputs() {
        return layer.inputs();
    }
}

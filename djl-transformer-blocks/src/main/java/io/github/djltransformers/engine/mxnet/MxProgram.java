package io.github.djltransformers.engine.mxnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.TensorFunction;
import java.util.ArrayList;
import java.util.List;

/** A function as one symbol graph. */
final class MxProgram implements Program {
    private final MxModule module;
    private final long[] vocabularies; // for each input, how many ids there are, or 0 where it holds none

    private MxProgram(MxModule module, long[] vocabularies) {
        this.module = module;
        this.vocabularies = vocabularies;
    }

    static MxProgram of(TensorFunction function, int inputs, NDManager manager) {
        MxSymbolOps ops = new MxSymbolOps();
        List<MxValue> values = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            values.add(ops.graph().input());
        }
        MxModule module = new MxModule(ops.source(function.apply(ops, values)), manager);
        long[] vocabularies = values.stream()
                .mapToLong(value -> ops.vocabularies().getOrDefault(value, 0L))
                .toArray();
        return new MxProgram(module, vocabularies);
    }

    @Override
    public NDList run(NDManager manager, NDList inputs) {
        for (int i = 0; i < vocabularies.length; i++) {
            if (vocabularies[i] > 0) {
                NDArrayOps.requireInVocabulary(inputs.get(i), vocabularies[i]);
            }
        }
        return new NDList(module.call(manager, inputs.toArray(new NDArray[0])));
    }

    @Override
    public void close() {
        module.close();
    }
}

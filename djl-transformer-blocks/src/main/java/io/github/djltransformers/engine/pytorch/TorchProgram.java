package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.ops.NDArrayOps;

/** A function as the method {@code forward} of a module. */
final class TorchProgram implements Program {
    static final String FORWARD = "forward";

    private final TorchModule module;
    private final long[] vocabularies; // for each input, how many ids there are, or 0 where it holds none

    TorchProgram(TorchModule module, long[] vocabularies) {
        this.module = module;
        this.vocabularies = vocabularies;
    }

    @Override
    public NDList run(NDManager manager, NDList inputs) {
        for (int i = 0; i < vocabularies.length; i++) {
            if (vocabularies[i] > 0) {
                NDArrayOps.requireInVocabulary(inputs.get(i), vocabularies[i]);
            }
        }
        module.synchronize();
        try (IValue list = IValue.listFrom(
                        inputs.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
                IValue outputs = module.call(FORWARD, list)) {
            return usable(outputs.toTensorArray((PtNDManager) manager));
        }
    }

    /** Programs run without autograd, whose results a backward pass refuses to keep: where one may follow, it gets copies. */
    private static NDList usable(PtNDArray[] outputs) {
        if (!JniUtils.isGradMode()) {
            return new NDList(outputs);
        }
        NDList copies = new NDList();
        for (PtNDArray output : outputs) {
            copies.add(output.duplicate());
            output.close();
        }
        return copies;
    }

    @Override
    public void close() {
        module.close();
    }
}

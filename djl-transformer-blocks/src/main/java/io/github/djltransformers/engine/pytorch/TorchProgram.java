package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.djltransformers.compile.Program;

/** A function as the method {@code forward} of a module. */
final class TorchProgram implements Program {
    static final String FORWARD = "forward";

    private final TorchModule module;

    TorchProgram(TorchModule module) {
        this.module = module;
    }

    @Override
    public NDList run(NDManager manager, NDList inputs) {
        module.synchronize();
        try (IValue list = IValue.listFrom(
                        inputs.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
                IValue outputs = module.call(FORWARD, list)) {
            return new NDList(outputs.toTensorArray((PtNDManager) manager));
        }
    }

    @Override
    public void close() {
        module.close();
    }
}

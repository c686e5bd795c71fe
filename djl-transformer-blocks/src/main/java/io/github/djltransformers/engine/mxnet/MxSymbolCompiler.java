package io.github.djltransformers.engine.mxnet;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Compiler;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.TensorFunction;
import java.util.List;

/** Compiles for DJL's MXNet engine. */
public final class MxSymbolCompiler implements Compiler {
    /** Makes the compiler; {@link java.util.ServiceLoader} calls this. */
    public MxSymbolCompiler() {}

    @Override
    public String engine() {
        return "MXNet";
    }

    @Override
    public String language() {
        return "symbol graph";
    }

    @Override
    public void requireSupport(Device device, Precision precision) {
        if (precision != Precision.FLOAT32) {
            throw new UnsupportedOperationException("MXNet programs compute in FLOAT32 only, not in " + precision);
        }
    }

    @Override
    public Program compile(TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config) {
        requireSupport(manager.getDevice(), config.precision());
        return MxProgram.of(function, inputs.size(), manager);
    }

    @Override
    public DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config) {
        return new MxDecoding(model, manager);
    }
}

package io.github.djltransformers.engine.onnx;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Compiler;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.IntegerSteps;
import io.github.djltransformers.ops.TensorFunction;
import java.util.List;

/** Compiles models whose arrays DJL's engine of ONNX Runtime holds, so that no other engine is needed. */
public final class OrtEngineCompiler implements Compiler {
    private final OrtCompiler compiler = new OrtCompiler();

    @Override
    public String engine() {
        return EngineKind.ONNX_RUNTIME;
    }

    @Override
    public String language() {
        return compiler.language();
    }

    @Override
    public IntegerSteps integerSteps() {
        return compiler.integerSteps();
    }

    @Override
    public void requireSupport(Device device, Precision precision) {
        compiler.requireSupport(device, precision);
    }

    @Override
    public Program compile(TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config) {
        return compiler.compile(function, inputs, manager, config);
    }

    @Override
    public DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config) {
        return compiler.compile(model, manager, config);
    }
}

package io.github.djltransformers.engine.onnx;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Compiler;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.IntegerSteps;
import io.github.djltransformers.ops.TensorFunction;
import java.util.List;
import java.util.Objects;

/** Compiles models that live in DJL's PyTorch engine for ONNX Runtime, which reads the weights where PyTorch has them. */
public final class OrtCompiler implements Compiler {
    /** Makes the compiler; {@link java.util.ServiceLoader} calls this. */
    public OrtCompiler() {
        Objects.requireNonNull(OrtSession.class); // an error where ONNX Runtime is not on the class path
    }

    @Override
    public String engine() {
        return "PyTorch";
    }

    @Override
    public Runtime runtime() {
        return Runtime.ONNX;
    }

    @Override
    public String language() {
        return "ONNX Runtime";
    }

    @Override
    public IntegerSteps integerSteps() {
        return IntegerSteps.FINE_INPUTS;
    }

    @Override
    public void requireSupport(Device device, Precision precision) {
        if (device.isGpu()) {
            throw new UnsupportedOperationException("ONNX Runtime programs run on the CPU only, not on " + device);
        }
        if (precision == Precision.BFLOAT16) {
            throw new UnsupportedOperationException(
                    "ONNX Runtime programs compute in FLOAT32 or INT8 only, not in " + precision);
        }
    }

    @Override
    public Program compile(TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config) {
        return OrtProgram.of(function, inputs, config);
    }

    @Override
    public DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config) {
        return new OrtDecoding(model, config);
    }
}

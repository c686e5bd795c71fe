package io.github.djltransformers.engine.pytorch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Compiler;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.engine.pytorch.TorchSource.Unpacked;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.TensorFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Compiles for DJL's PyTorch engine. */
public final class TorchScriptCompiler implements Compiler {
    /** Makes the compiler; {@link java.util.ServiceLoader} calls this. */
    public TorchScriptCompiler() {}

    @Override
    public String engine() {
        return "PyTorch";
    }

    @Override
    public String language() {
        return "TorchScript";
    }

    @Override
    public void requireSupport(Device device, Precision precision) {
        if (precision == Precision.INT8 && device.isGpu()) {
            throw new UnsupportedOperationException(
                    "PyTorch has no int8 linear maps on " + device + ", only on the CPU");
        }
    }

    @Override
    public Program compile(TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config) {
        TorchWeights weights = new TorchWeights(LinearForm.of(config, manager));
        TorchScriptOps ops = new TorchScriptOps(weights);
        List<TorchValue> values = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            values.add(TorchValue.of("x" + i));
        }
        String outputs =
                function.apply(ops, values).stream().map(TorchValue::name).collect(Collectors.joining(", "));
        TorchSource source = new TorchSource(weights);
        source.method(
                TorchProgram.FORWARD,
                List.of("x: List[Tensor]"),
                List.of(new Unpacked("x", inputs.size())),
                ops,
                "List[Tensor]",
                "[" + outputs + "]");
        return new TorchProgram(
                new TorchModule(source, weights, manager),
                values.stream().mapToLong(ops::vocabulary).toArray());
    }

    @Override
    public DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config) {
        return new TorchDecoding(model, manager, config);
    }
}

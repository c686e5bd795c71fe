package io.github.djltransformers.benchmark;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One encoder layer forward on (1, 16, 128), H 4, F 256: where calls weigh more than arithmetic. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EncoderLayerBenchmark {
    @Param({"PyTorch eager", "PyTorch compiled", "ONNX Runtime", "MXNet eager", "MXNet compiled"})
    public String execution;

    private NDManager manager;
    private ParameterStore parameterStore;
    private TransformerLayer layer;
    private NDArray input;

    @Setup
    public void open() {
        boolean onnx = execution.equals("ONNX Runtime");
        manager = Engine.getEngine(execution.startsWith("MXNet") ? "MXNet" : "PyTorch")
                .newBaseManager();
        parameterStore = new ParameterStore(manager, false);
        layer = new TransformerLayer(LayerConfig.of(128, 4, 256));
        layer.initialize(manager, DataType.FLOAT32);
        CompilationConfig config = CompilationConfig.builder()
                .optCompile(!execution.endsWith("eager"))
                .optRuntime(onnx ? Runtime.ONNX : Runtime.ENGINE)
                .build();
        CompiledExecution.install(layer, manager, config);
        input = manager.randomNormal(new Shape(1, 16, 128));
    }

    @TearDown
    public void close() {
        manager.close();
    }

    /** The result in the heap: only then has every engine computed it. */
    @Benchmark
    public float[] forward() {
        try (NDManager step = manager.newSubManager()) {
            NDArray x = input.duplicate();
            x.attach(step);
            return layer.forward(parameterStore, new NDList(x), false).head().toFloatArray();
        }
    }
}

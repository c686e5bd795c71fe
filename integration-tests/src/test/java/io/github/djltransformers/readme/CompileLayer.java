package io.github.djltransformers.readme;

// README: compile
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;

public final class CompileLayer {
    private CompileLayer() {}

    static TransformerLayer compiled(NDManager manager, Precision precision) {
        TransformerLayer layer = new TransformerLayer(LayerConfig.of(64, 4, 256));
        layer.initialize(manager, DataType.FLOAT32);
        CompilationConfig config =
                CompilationConfig.builder().optPrecision(precision).build();
        CompiledExecution.install(layer, manager, config); // freed with the manager
        return layer;
    }

    static NDArray encode(TransformerLayer layer, NDArray x) {
        ParameterStore parameters = new ParameterStore(x.getManager(), false);
        return layer.forward(parameters, new NDList(x), false).singletonOrThrow();
    }
}
// end

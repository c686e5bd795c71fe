package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.TensorFunction;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A function as one graph in ONNX Runtime. */
final class OrtProgram implements Program {
    private final OrtModule module;
    private final List<String> inputs;
    private final Map<String, Long> vocabularies; // for inputs that hold ids, how many there are

    private OrtProgram(OrtModule module, List<String> inputs, Map<String, Long> vocabularies) {
        this.module = module;
        this.inputs = inputs;
        this.vocabularies = vocabularies;
    }

    static OrtProgram of(TensorFunction function, List<String> inputs, boolean packed) {
        List<String> names = inputs.stream().map(name -> name.replace("?", "")).toList();
        OnnxGraph graph = new OnnxGraph(Map.of());
        OnnxOps ops = new OrtOps(graph);
        List<OnnxValue> results =
                function.apply(ops, names.stream().map(graph::input).toList());
        for (int i = 0; i < results.size(); i++) {
            graph.output("output" + i, OnnxType.FLOAT, ops.unfolded(results.get(i)));
        }
        return new OrtProgram(new OrtModule(graph, "function", packed), names, ops.vocabularies());
    }

    @Override
    public NDList run(NDManager manager, NDList arrays) {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try {
            for (int i = 0; i < inputs.size(); i++) {
                String name = inputs.get(i);
                if (vocabularies.containsKey(name)) {
                    NDArrayOps.requireInVocabulary(arrays.get(i), vocabularies.get(name));
                }
                given.put(name, OrtModule.tensor(arrays.get(i)));
            }
            try (OrtSession.Result results = module.call(given)) {
                NDList outputs = new NDList();
                for (int i = 0; i < results.size(); i++) {
                    OnnxTensor tensor = (OnnxTensor) results.get(i);
                    FloatBuffer values = tensor.getFloatBuffer();
                    float[] numbers = new float[values.remaining()];
                    values.get(numbers);
                    outputs.add(HostArrays.of(
                            manager, numbers, new Shape(tensor.getInfo().getShape())));
                }
                return outputs;
            }
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}

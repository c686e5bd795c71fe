package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.TensorFunction;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A function as one graph in ONNX Runtime. */
final class OrtProgram implements Program {
    private static final String OUTPUT = "output";

    /** The sizes of a call, which those of its results depend on alone. */
    private record Sizes(List<Shape> inputs, List<Shape> outputs) {}

    private final OrtModule module;
    private final List<String> inputs;
    private final Map<String, Long> vocabularies; // for inputs that hold ids, how many there are
    private volatile Sizes sizes; // of the last call whose results were copied

    private OrtProgram(OrtModule module, List<String> inputs, Map<String, Long> vocabularies) {
        this.module = module;
        this.inputs = inputs;
        this.vocabularies = vocabularies;
    }

    static OrtProgram of(TensorFunction function, List<String> inputs, CompilationConfig config) {
        List<String> names = inputs.stream().map(name -> name.replace("?", "")).toList();
        OnnxGraph graph = new OnnxGraph(Map.of());
        OnnxOps ops = new OrtOps(graph, config);
        List<OnnxValue> results =
                function.apply(ops, names.stream().map(graph::input).toList());
        for (int i = 0; i < results.size(); i++) {
            graph.output(OUTPUT + i, OnnxType.FLOAT, ops.unfolded(results.get(i)));
        }
        return new OrtProgram(new OrtModule(graph, "function", config), names, ops.vocabularies());
    }

    @Override
    public NDList run(NDManager manager, NDList arrays) {
        module.look();
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try (NDManager lending = manager.newSubManager()) {
            for (int i = 0; i < inputs.size(); i++) {
                String name = inputs.get(i);
                if (vocabularies.containsKey(name)) {
                    NDArrayOps.requireInVocabulary(arrays.get(i), vocabularies.get(name));
                }
                given.put(name, OrtModule.tensor(lent(arrays.get(i), lending)));
            }
            List<Shape> shapes = arrays.stream().map(NDArray::getShape).toList();
            Sizes last = sizes;
            return last != null && last.inputs().equals(shapes)
                    ? inPlace(manager, tokens(shapes), given, last.outputs())
                    : copied(manager, given, shapes);
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    /** The same values with an owner of their own: PyTorch gives an array that is not contiguous a copy, which its owner keeps. */
    private static NDArray lent(NDArray array, NDManager lending) {
        if (array.size() == 0 || EngineKind.of(lending.getEngine().getEngineName()) == EngineKind.HOLDING) {
            return array;
        }
        NDArray view = array.reshape(array.getShape());
        view.attach(lending);
        return view;
    }

    /** The results, whose sizes are known. */
    private NDList inPlace(NDManager manager, long tokens, Map<String, OnnxTensor> given, List<Shape> shapes) {
        Map<String, OnnxTensor> places = new LinkedHashMap<>();
        NDList outputs = new NDList();
        try {
            for (Shape shape : shapes) {
                NDArray output = manager.create(shape, DataType.FLOAT32);
                outputs.add(output);
                places.put(OUTPUT + places.size(), OrtModule.tensor(output));
            }
            module.call(tokens, given, Set.of(), places).close();
            return outputs;
        } catch (RuntimeException e) {
            outputs.close();
            throw e;
        } finally {
            places.values().forEach(OnnxTensor::close);
        }
    }

    /** Of the first input, (B, T) or (B, T, D). */
    private static long tokens(List<Shape> inputs) {
        return Arrays.stream(inputs.get(0).getShape()).limit(2).reduce(1, (a, b) -> a * b);
    }

    private NDList copied(NDManager manager, Map<String, OnnxTensor> given, List<Shape> shapes) {
        try (OrtSession.Result results = module.call(tokens(shapes), given)) {
            NDList outputs = new NDList();
            for (int i = 0; i < results.size(); i++) {
                OnnxTensor tensor = (OnnxTensor) results.get(i);
                FloatBuffer values = tensor.getFloatBuffer();
                float[] numbers = new float[values.remaining()];
                values.get(numbers);
                outputs.add(HostArrays.of(
                        manager, numbers, new Shape(tensor.getInfo().getShape())));
            }
            if (EngineKind.of(manager.getEngine().getEngineName()) == EngineKind.COMPUTING) {
                sizes = new Sizes(
                        shapes, outputs.stream().map(NDArray::getShape).toList());
            }
            return outputs;
        }
    }

    @Override
    public void close() {
        module.close();
    }
}

package io.github.djltransformers.compile;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The compilers of this build's engines. */
final class Compilers {
    private Compilers() {}

    static Compiler of(String engine) {
        return of(engine, Runtime.ENGINE);
    }

    static Compiler of(String engine, Runtime runtime) {
        return ServiceLoader.load(Compiler.class, Compilers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(compiler -> compiler.engine().equals(engine) && compiler.runtime() == runtime)
                .findFirst()
                .orElseThrow(() -> new AssertionError(engine + " has no compiler"));
    }

    /** The ways to compile that must be as exact as the eager block. */
    static List<CompilationConfig> exact(String engine) {
        return engine.equals("PyTorch")
                ? List.of(in(Precision.FLOAT32), packed(), onnx())
                : List.of(in(Precision.FLOAT32));
    }

    /** A way to compile for each runtime that programs of an engine run in. */
    static List<CompilationConfig> runtimes(String engine) {
        return engine.equals("PyTorch") ? List.of(in(Precision.FLOAT32), onnx()) : List.of(in(Precision.FLOAT32));
    }

    /** Every way to compile that an engine has. */
    static List<CompilationConfig> all(String engine) {
        if (!engine.equals("PyTorch")) {
            return List.of(in(Precision.FLOAT32));
        }
        CompilationConfig onnxPacked = CompilationConfig.builder()
                .optRuntime(Runtime.ONNX)
                .optWeights(WeightStorage.PACKED)
                .build();
        return Stream.concat(precisions().stream(), Stream.of(packed(), onnxPacked))
                .toList();
    }

    /** PyTorch's, in each precision of each runtime. */
    static List<CompilationConfig> precisions() {
        CompilationConfig.Builder onnx = CompilationConfig.builder().optRuntime(Runtime.ONNX);
        return Stream.concat(
                        Stream.of(Precision.values()).map(Compilers::in),
                        Stream.of(
                                onnx.build(), onnx.optPrecision(Precision.INT8).build()))
                .toList();
    }

    /** In programs of the engine itself. */
    static CompilationConfig in(Precision precision) {
        return CompilationConfig.builder()
                .optRuntime(Runtime.ENGINE)
                .optPrecision(precision)
                .build();
    }

    private static CompilationConfig onnx() {
        return CompilationConfig.builder().optRuntime(Runtime.ONNX).build();
    }

    private static CompilationConfig packed() {
        return CompilationConfig.builder()
                .optRuntime(Runtime.ENGINE)
                .optWeights(WeightStorage.PACKED)
                .build();
    }
}

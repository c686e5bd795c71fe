package io.github.djltransformers.compile;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The compilers of this build's engines. */
final class Compilers {
    private Compilers() {}

    static Compiler of(String engine) {
        return ServiceLoader.load(Compiler.class, Compilers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(compiler -> compiler.engine().equals(engine) && compiler.runtime() == Runtime.ENGINE)
                .findFirst()
                .orElseThrow(() -> new AssertionError(engine + " has no compiler"));
    }

    /** The ways to compile that must be as exact as the eager block. */
    static List<CompilationConfig> exact(String engine) {
        return engine.equals("PyTorch")
                ? List.of(CompilationConfig.DEFAULT, packed())
                : List.of(CompilationConfig.DEFAULT);
    }

    /** A way to compile for each runtime that programs of an engine run in. */
    static List<CompilationConfig> runtimes(String engine) {
        return engine.equals("PyTorch")
                ? List.of(
                        CompilationConfig.DEFAULT,
                        CompilationConfig.builder().optRuntime(Runtime.ONNX).build())
                : List.of(CompilationConfig.DEFAULT);
    }

    /** Every way to compile that an engine has. */
    static List<CompilationConfig> all(String engine) {
        if (!engine.equals("PyTorch")) {
            return List.of(CompilationConfig.DEFAULT);
        }
        Stream<CompilationConfig> shared = Stream.of(Precision.values()).map(Compilers::in);
        return Stream.concat(shared, Stream.of(packed())).toList();
    }

    static CompilationConfig in(Precision precision) {
        return CompilationConfig.builder().optPrecision(precision).build();
    }

    private static CompilationConfig packed() {
        return CompilationConfig.builder().optWeights(WeightStorage.PACKED).build();
    }
}

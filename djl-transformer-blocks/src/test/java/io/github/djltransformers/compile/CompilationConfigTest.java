package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.testing.Rejections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompilationConfigTest {
    private static CompilationConfig config(boolean compile, Precision precision) {
        return new CompilationConfig(compile, precision, WeightStorage.SHARED, Runtime.AUTOMATIC);
    }

    @Test
    void compilesInFloat32ByDefault() {
        assertEquals(config(true, Precision.FLOAT32), CompilationConfig.DEFAULT);
        assertEquals(CompilationConfig.DEFAULT, CompilationConfig.builder().build());
        assertEquals(CompilationConfig.DEFAULT, CompilationConfig.of(Map.of()));
        assertEquals(CompilationConfig.DEFAULT, CompilationConfig.of(Map.of("batchifier", "none")));
    }

    @Test
    void buildersChoose() {
        assertEquals(
                config(true, Precision.INT8),
                CompilationConfig.builder().optPrecision(Precision.INT8).build());
        assertEquals(
                config(false, Precision.FLOAT32),
                CompilationConfig.builder().optCompile(false).build());
    }

    @Test
    void weightsAreChosenToo() {
        CompilationConfig packed =
                new CompilationConfig(true, Precision.FLOAT32, WeightStorage.PACKED, Runtime.AUTOMATIC);
        assertEquals(
                packed,
                CompilationConfig.builder().optWeights(WeightStorage.PACKED).build());
        assertEquals(packed, CompilationConfig.of(Map.of("weights", "packed")));
        assertEquals(CompilationConfig.DEFAULT, CompilationConfig.of(Map.of("weights", WeightStorage.SHARED)));
        Rejections.requireRejected(
                "CompilationConfig: weights must be shared or packed, got copied",
                () -> CompilationConfig.of(Map.of("weights", "copied")));
        Rejections.requireRejected(
                "CompilationConfig: weights must be given, got null",
                () -> new CompilationConfig(true, Precision.FLOAT32, null, Runtime.ENGINE));
        Rejections.requireRejected(
                "CompilationConfig: weights must be SHARED unless compiled in FLOAT32, got PACKED with INT8",
                () -> CompilationConfig.of(Map.of("weights", "packed", "precision", "int8")));
        Rejections.requireRejected(
                "CompilationConfig: weights must be SHARED unless compiled in FLOAT32, got PACKED with compilation off",
                () -> CompilationConfig.of(Map.of("weights", "packed", "compile", "false")));
    }

    @Test
    void runtimesAreChosenToo() {
        CompilationConfig onnx = new CompilationConfig(true, Precision.FLOAT32, WeightStorage.SHARED, Runtime.ONNX);
        assertEquals(onnx, CompilationConfig.builder().optRuntime(Runtime.ONNX).build());
        assertEquals(onnx, CompilationConfig.of(Map.of("runtime", "onnx")));
        Rejections.requireRejected(
                "CompilationConfig: runtime must be automatic, engine or onnx, got tvm",
                () -> CompilationConfig.of(Map.of("runtime", "tvm")));
        Rejections.requireRejected(
                "CompilationConfig: runtime must be ENGINE or AUTOMATIC where compilation is off, got ONNX",
                () -> CompilationConfig.of(Map.of("runtime", "onnx", "compile", "false")));
        Rejections.requireRejected(
                "CompilationConfig: runtime must be given, got null",
                () -> new CompilationConfig(true, Precision.FLOAT32, WeightStorage.SHARED, null));
    }

    @Test
    void argumentsChoose() {
        assertEquals(config(false, Precision.FLOAT32), CompilationConfig.of(Map.of("compile", "false")));
        assertEquals(config(false, Precision.FLOAT32), CompilationConfig.of(Map.of("compile", false)));
        assertEquals(config(true, Precision.FLOAT32), CompilationConfig.of(Map.of("compile", "True")));
        assertEquals(config(true, Precision.INT8), CompilationConfig.of(Map.of("precision", "int8")));
        assertEquals(
                config(true, Precision.BFLOAT16),
                CompilationConfig.of(Map.of("compile", true, "precision", "BFloat16")));
        assertEquals(config(true, Precision.BFLOAT16), CompilationConfig.of(Map.of("precision", Precision.BFLOAT16)));
    }

    @Test
    void wrongArgumentsAreRefused() {
        Rejections.requireRejected(
                "CompilationConfig: compile must be true or false, got yes",
                () -> CompilationConfig.of(Map.of("compile", "yes")));
        Rejections.requireRejected(
                "CompilationConfig: precision must be float32, bfloat16 or int8, got float16",
                () -> CompilationConfig.of(Map.of("precision", "float16")));
        Rejections.requireRejected("CompilationConfig: precision must be given, got null", () -> config(true, null));
        String needsCompilation = "CompilationConfig: precision must be FLOAT32 where compilation is off, got INT8;"
                + " eager execution has no other";
        Rejections.requireRejected(needsCompilation, () -> config(false, Precision.INT8));
        Rejections.requireRejected(
                needsCompilation, () -> CompilationConfig.of(Map.of("compile", "false", "precision", "int8")));
    }
}

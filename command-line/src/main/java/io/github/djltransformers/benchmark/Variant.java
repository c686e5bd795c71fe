package io.github.djltransformers.benchmark;

import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.compile.WeightStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One way to do the work of a case.
 *
 * @param engine an engine's name, such as {@code PyTorch}
 * @param mode how the block is run
 * @param precision of a compiled program; the other modes compute in float32
 */
public record Variant(String engine, Mode mode, Precision precision) {
    public Variant {
        if (mode != Mode.COMPILED && mode != Mode.ONNX && precision != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "Variant: precision must be FLOAT32 unless the mode is COMPILED or ONNX, got " + precision + " for "
                            + mode);
        }
    }

    static Variant eager(String engine) {
        return new Variant(engine, Mode.EAGER, Precision.FLOAT32);
    }

    static Variant stock(String engine) {
        return new Variant(engine, Mode.STOCK, Precision.FLOAT32);
    }

    static Variant compiled(String engine, Precision precision) {
        return new Variant(engine, Mode.COMPILED, precision);
    }

    static Variant packed(String engine) {
        return new Variant(engine, Mode.PACKED, Precision.FLOAT32);
    }

    static Variant onnx(String engine, Precision precision) {
        return new Variant(engine, Mode.ONNX, precision);
    }

    /**
     * The compiled variants of an engine: packed too where it computes in float32 and has an order of its own, and
     * in ONNX Runtime where that takes its models and has the precision.
     *
     * @param precisions of compiled programs
     */
    static List<Variant> compiled(String engine, List<Precision> precisions) {
        List<Variant> variants = new ArrayList<>();
        for (Precision precision : precisions) {
            variants.add(compiled(engine, precision));
            if (precision == Precision.FLOAT32 && engine.equals("PyTorch")) {
                variants.add(packed(engine));
            }
            if (precision != Precision.BFLOAT16 && engine.equals("PyTorch")) {
                variants.add(onnx(engine, precision));
            }
        }
        return variants;
    }

    /** How the variant's program is compiled. */
    CompilationConfig config() {
        boolean packs = mode == Mode.PACKED || mode == Mode.ONNX && precision == Precision.FLOAT32;
        return CompilationConfig.builder()
                .optCompile(mode == Mode.COMPILED || mode == Mode.PACKED || mode == Mode.ONNX)
                .optPrecision(precision)
                .optWeights(packs ? WeightStorage.PACKED : WeightStorage.SHARED)
                .optRuntime(mode == Mode.ONNX ? Runtime.ONNX : Runtime.ENGINE)
                .build();
    }

    /** Such as {@code PyTorch compiled int8}. */
    @Override
    public String toString() {
        return (engine + " " + mode + " " + precision)
                .replace(mode.name(), mode.name().toLowerCase(Locale.ROOT))
                .replace(precision.name(), precision.name().toLowerCase(Locale.ROOT));
    }
}

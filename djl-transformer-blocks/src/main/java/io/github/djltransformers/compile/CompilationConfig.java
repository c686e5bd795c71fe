package io.github.djltransformers.compile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Whether and how a model is compiled for prediction.
 *
 * @param enabled false to stay eager
 * @param precision the arithmetic of linear maps
 * @param weights where the weights are
 * @param runtime what runs the programs
 */
public record CompilationConfig(boolean enabled, Precision precision, WeightStorage weights, Runtime runtime) {
    /** The arguments of a model that {@link #of} reads. */
    public static final String COMPILE = "compile";

    public static final String PRECISION = "precision";
    public static final String WEIGHTS = "weights";
    public static final String RUNTIME = "runtime";

    /** Compiled where there is a compiler, in float32. */
    public static final CompilationConfig DEFAULT = builder().build();

    public CompilationConfig {
        if (precision == null) {
            throw new IllegalArgumentException("CompilationConfig: precision must be given, got null");
        }
        if (!enabled && precision != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "CompilationConfig: precision must be FLOAT32 where compilation is off, got " + precision
                            + "; eager execution has no other");
        }
        if (weights == null) {
            throw new IllegalArgumentException("CompilationConfig: weights must be given, got null");
        }
        if (runtime == null) {
            throw new IllegalArgumentException("CompilationConfig: runtime must be given, got null");
        }
        if (!enabled && runtime == Runtime.ONNX) {
            throw new IllegalArgumentException(
                    "CompilationConfig: runtime must be ENGINE or AUTOMATIC where compilation is off, got " + runtime);
        }
        if (weights == WeightStorage.PACKED && !(enabled && precision == Precision.FLOAT32)) {
            throw new IllegalArgumentException(
                    "CompilationConfig: weights must be SHARED unless compiled in FLOAT32, got PACKED with "
                            + (enabled ? precision : "compilation off"));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the arguments {@code compile} (true or false), {@code precision} (float32, bfloat16 or int8), {@code
     * weights} (shared or packed) and {@code runtime} (automatic, engine or onnx) of a model; absent ones are as in {@link #DEFAULT}.
     *
     * @throws IllegalArgumentException naming the argument that breaks its rule
     */
    public static CompilationConfig of(Map<String, ?> arguments) {
        Builder builder = builder();
        Object compile = arguments.get(COMPILE);
        if (compile != null) {
            String text = compile.toString().toLowerCase(Locale.ROOT);
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException("CompilationConfig: compile must be true or false, got " + compile);
            }
            builder.optCompile(text.equals("true"));
        }
        Object precision = arguments.get(PRECISION);
        if (precision != null) {
            builder.optPrecision(constant(PRECISION, precision, Precision.values(), "float32, bfloat16 or int8"));
        }
        Object weights = arguments.get(WEIGHTS);
        if (weights != null) {
            builder.optWeights(constant(WEIGHTS, weights, WeightStorage.values(), "shared or packed"));
        }
        Object runtime = arguments.get(RUNTIME);
        if (runtime != null) {
            builder.optRuntime(constant(RUNTIME, runtime, Runtime.values(), "automatic, engine or onnx"));
        }
        return builder.build();
    }

    private static <E extends Enum<E>> E constant(String argument, Object given, E[] values, String names) {
        return Arrays.stream(values)
                .filter(value -> value.name().equalsIgnoreCase(given.toString()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "CompilationConfig: " + argument + " must be " + names + ", got " + given));
    }

    /** Builds a configuration. */
    public static final class Builder {
        private boolean compile = true;
        private Precision precision = Precision.FLOAT32;
        private WeightStorage weights = WeightStorage.SHARED;
        private Runtime runtime = Runtime.AUTOMATIC;

        private Builder() {}

        /** Whether the model is compiled at all; it is by default. */
        public Builder optCompile(boolean wanted) {
            compile = wanted;
            return this;
        }

        /** The arithmetic of linear maps; float32 by default. */
        public Builder optPrecision(Precision wanted) {
            precision = wanted;
            return this;
        }

        /** Where the weights of float32 linear maps are; shared by default. */
        public Builder optWeights(WeightStorage wanted) {
            weights = wanted;
            return this;
        }

        /** What runs the programs; chosen by itself by default. */
        public Builder optRuntime(Runtime wanted) {
            runtime = wanted;
            return this;
        }

        public CompilationConfig build() {
            return new CompilationConfig(compile, precision, weights, runtime);
        }
    }
}

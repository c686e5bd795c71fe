package io.github.djltransformers.compile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Whether and how a model is compiled for prediction.
 *
 * @param enabled false to stay eager
 * @param precision the arithmetic of linear maps
 */
public record CompilationConfig(boolean enabled, Precision precision) {
    /** The arguments of a model that {@link #of} reads. */
    public static final String COMPILE = "compile";

    public static final String PRECISION = "precision";

    /** Compiled where the engine has a compiler, in float32. */
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
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the arguments {@code compile} (true or false) and {@code precision} (float32, bfloat16 or int8) of a model;
     * absent ones are as in {@link #DEFAULT}.
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
            builder.optPrecision(Arrays.stream(Precision.values())
                    .filter(value -> value.name().equalsIgnoreCase(precision.toString()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "CompilationConfig: precision must be float32, bfloat16 or int8, got " + precision)));
        }
        return builder.build();
    }

    /** Builds a configuration. */
    public static final class Builder {
        private boolean compile = true;
        private Precision precision = Precision.FLOAT32;

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

        public CompilationConfig build() {
            return new CompilationConfig(compile, precision);
        }
    }
}

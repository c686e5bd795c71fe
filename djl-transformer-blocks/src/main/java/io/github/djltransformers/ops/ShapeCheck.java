package io.github.djltransformers.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The check of {@link ShapeOps} and {@link NDArrayOps}: binds dimension names at first sight and compares ever after. An
 * argument that does not fit binds nothing, so that the error gives the rule as it stood before.
 */
final class ShapeCheck implements ArgumentCheck<TensorShape> {
    private final String owner;
    private final Map<String, Long> bound = new HashMap<>();

    ShapeCheck(String owner) {
        this.owner = owner;
    }

    @Override
    public ArgumentCheck<TensorShape> expect(String argument, TensorShape value, Kind kind, Object... dimensions) {
        if (value == null) {
            return this;
        }
        Map<String, Long> binding = new HashMap<>(bound);
        boolean fits = value.shape().dimension() == dimensions.length
                && (kind == null || value.dataType() == null || kind.accepts(value.dataType()));
        for (int axis = 0; fits && axis < dimensions.length; axis++) {
            fits = matches(dimensions[axis], value.shape().get(axis), binding);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    owner + ": " + argument + " must be " + rule(kind, dimensions) + ", got " + value);
        }
        bound.putAll(binding);
        return this;
    }

    private static boolean matches(Object expected, long actual, Map<String, Long> binding) {
        if (expected instanceof Number number) {
            return number.longValue() == actual;
        }
        String name = (String) expected;
        if (name.startsWith("1|")) {
            Long known = known(name.substring(2), binding);
            return actual == 1 || known == null || known == actual;
        }
        Long known = binding.putIfAbsent(name, actual);
        return known == null || known == actual;
    }

    private static Long known(String name, Map<String, Long> binding) {
        return Character.isDigit(name.charAt(0)) ? Long.valueOf(name) : binding.get(name);
    }

    private String rule(Kind kind, Object... dimensions) {
        StringJoiner shape = new StringJoiner(", ", "(", ")");
        for (Object dimension : dimensions) {
            shape.add(described(String.valueOf(dimension)));
        }
        return kind == null ? shape.toString() : shape + " " + kind.rule();
    }

    private String described(String dimension) {
        boolean optional = dimension.startsWith("1|");
        String name = optional ? dimension.substring(2) : dimension;
        Long known = known(name, bound);
        String value = known == null ? name : String.valueOf(known);
        return optional ? "1|" + value : value;
    }
}

package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The shapes that a function takes and gives, learnt from the checks that it makes of its inputs. */
public final class InputShapes {
    private final TensorFunction function;
    private final List<TensorShape> probes = new ArrayList<>();
    private final Map<TensorShape, Rule> rules = new IdentityHashMap<>();

    private record Rule(Kind kind, Object... dimensions) {}

    /**
     * @param inputs how many inputs are given
     */
    public InputShapes(TensorFunction function, int inputs) {
        this.function = function;
        for (int i = 0; i < inputs; i++) {
            probes.add(new TensorShape(new Shape(), null));
        }
        try {
            function.apply(new ShapeOps(new Witness()), probes);
        } catch (RuntimeException e) {
            // What comes after the checks has no meaning for shapes without sizes.
        }
    }

    private final class Witness implements ArgumentCheck<TensorShape> {
        @Override
        public ArgumentCheck<TensorShape> expect(String argument, TensorShape value, Kind kind, Object... dimensions) {
            // The first to look is the function itself, which knows its inputs best; those it calls come later.
            if (probes.stream().anyMatch(probe -> probe == value)) {
                rules.putIfAbsent(value, new Rule(kind, dimensions));
            }
            return this;
        }
    }

    /** The inputs' names with their shapes, -1 where any size will do; (-1) where a function checks nothing. */
    public PairList<String, Shape> describeInput(List<String> names) {
        PairList<String, Shape> described = new PairList<>();
        for (int i = 0; i < probes.size(); i++) {
            Rule rule = rules.get(probes.get(i));
            described.add(names.get(i), rule == null ? new Shape(-1) : shape(rule, Map.of(), -1));
        }
        return described;
    }

    /** The outputs as output0 ... with their shapes, -1 where a size follows those of the inputs. */
    public PairList<String, Shape> describeOutput() {
        List<TensorShape> some = outputs(1);
        List<TensorShape> others = outputs(2);
        PairList<String, Shape> described = new PairList<>();
        for (int i = 0; i < some.size(); i++) {
            long[] sizes = some.get(i).shape().getShape().clone();
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] = sizes[axis] == others.get(i).shape().get(axis) ? sizes[axis] : -1;
            }
            described.add("output" + i, new Shape(sizes));
        }
        return described;
    }

    /** The outputs for inputs whose free sizes are this and the numbers after it. */
    private List<TensorShape> outputs(long first) {
        Map<String, Long> sizes = new HashMap<>();
        List<TensorShape> inputs = new ArrayList<>();
        for (TensorShape probe : probes) {
            Rule rule = rules.get(probe);
            if (rule == null) {
                throw new IllegalStateException("InputShapes: a function must check its inputs, got one that does not");
            }
            for (Object dimension : rule.dimensions) {
                if (dimension instanceof String name && !name.startsWith("1|")) {
                    sizes.putIfAbsent(name, first + sizes.size());
                }
            }
            inputs.add(new TensorShape(shape(rule, sizes, 1), type(rule.kind)));
        }
        return function.apply(new ShapeOps(), inputs);
    }

    private static Shape shape(Rule rule, Map<String, Long> sizes, long unknown) {
        long[] shape = new long[rule.dimensions.length];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = rule.dimensions[axis] instanceof Number size
                    ? size.longValue()
                    : sizes.getOrDefault((String) rule.dimensions[axis], unknown);
        }
        return new Shape(shape);
    }

    private static DataType type(Kind kind) {
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case FLOAT -> DataType.FLOAT32;
            case INTEGER -> DataType.INT64;
            case BOOLEAN -> DataType.BOOLEAN;
        };
    }
}

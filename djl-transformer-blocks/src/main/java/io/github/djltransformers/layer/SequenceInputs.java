package io.github.djltransformers.layer;

import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The inputs of a layer or a stack of layers that is a block on its own.
 *
 * @param x (B, T, D)
 * @param keepMask (1|B, 1|H, 1|T, T) BOOLEAN, or null
 * @param memory (B, S, D), the other sequence, or null where none is read
 * @param memoryKeepMask (1|B, 1|H, 1|T, S) BOOLEAN, or null
 */
public record SequenceInputs<T>(T x, T keepMask, T memory, T memoryKeepMask) {
    /** Their names in order, those with a question mark optional. */
    public static List<String> names(LayerConfig layer) {
        return layer.crossAttention() == null
                ? List.of("x", "keepMask?")
                : List.of("x", "memory", "keepMask?", "memoryKeepMask?");
    }

    /**
     * Takes apart a block's inputs.
     *
     * @param owner the type that errors name
     * @param inputs in the order of {@link #names}, optional ones null or left out at the end
     * @throws IllegalArgumentException naming the argument, what it must be and what came
     */
    public static <T> SequenceInputs<T> checked(TensorOps<T> ops, String owner, LayerConfig layer, List<T> inputs) {
        List<String> names = names(layer);
        SequenceInputs<T> given = new SequenceInputs<>(
                inputs.get(0),
                named(names, inputs, "keepMask?"),
                named(names, inputs, "memory"),
                named(names, inputs, "memoryKeepMask?"));
        String heads = "1|" + layer.heads();
        ops.check(owner)
                .expect("x", given.x, Kind.FLOAT, "B", "T", layer.modelSize())
                .expect("memory", given.memory, Kind.FLOAT, "B", "S", layer.modelSize())
                .expect("keepMask", given.keepMask, Kind.BOOLEAN, "1|B", heads, "1|T", "T")
                .expect("memoryKeepMask", given.memoryKeepMask, Kind.BOOLEAN, "1|B", heads, "1|T", "S");
        return given;
    }

    private static <T> T named(List<String> names, List<T> inputs, String name) {
        int index = names.indexOf(name);
        return index < 0 || index >= inputs.size() ? null : inputs.get(index);
    }
}

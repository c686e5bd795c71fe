package io.github.djltransformers.huggingface;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A linear module of Hugging Face's model: a linear map of the block, or several that are parts of one matrix there.
 *
 * @param name in Hugging Face's model
 * @param inLayer whether it belongs to a layer, not to a head or an embedding
 * @param parts by their number
 * @param layout of one of the parts
 */
record LinearModule(String name, boolean inLayer, TreeMap<Integer, Projection> parts, TensorLayout layout) {
    private static final Pattern LAYER = Pattern.compile("(.*\\.)?layers\\.\\d+\\..*");
    private static final String WEIGHT = ".weight";

    /** The sizes of an adapter's B: (out, rank), out being that of all parts. */
    Shape up(int rank) {
        return upLayout().stored(new Shape(rows(), rank));
    }

    /** The rows of one part. */
    long rows() {
        return parts.firstEntry().getValue().weight().getShape().get(0);
    }

    /** The size of the input. */
    long in() {
        return parts.firstEntry().getValue().weight().getShape().get(1);
    }

    /** How the parts of B lie in a file: as the rows of the matrix, and never transposed. */
    TensorLayout upLayout() {
        return new TensorLayout(false, 0, layout.parts(), layout.groups());
    }

    /**
     * The linear modules of a block, by name.
     *
     * @param names of the family
     * @param head of the checkpoint
     */
    static Map<String, LinearModule> of(TransformerBlock block, NameTable names, Head head) {
        Map<Parameter, Projection> byWeight = new IdentityHashMap<>();
        Projection.within(block).forEach(projection -> byWeight.put(projection.weight(), projection));
        Map<String, LinearModule> modules = new LinkedHashMap<>();
        ParameterNames.trained(block).forEach((name, parameter) -> {
            Projection projection = byWeight.get(parameter);
            if (projection != null) {
                String tensor = names.inClass(name, head);
                String module = tensor.substring(0, tensor.length() - WEIGHT.length());
                TensorLayout layout = names.place(name).layout();
                modules.computeIfAbsent(
                                module,
                                none -> new LinearModule(
                                        module, LAYER.matcher(name).matches(), new TreeMap<>(), layout))
                        .parts
                        .put(layout.part(), projection);
            }
        });
        return modules;
    }

    /** How many linear maps of a block have adapters. */
    static int adapters(Block block) {
        return (int) Projection.within(block).stream()
                .filter(projection -> projection.adapter() != null)
                .count();
    }
}

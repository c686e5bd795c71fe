package io.github.djltransformers.engine.pytorch;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a program under construction, in order of first use, as its list {@code w}; and what linear maps are
 * computed with where that is kept in another form, as its list {@code p}.
 */
final class TorchWeights {
    private final LinearForm form;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<Parameter, Integer> indices = new IdentityHashMap<>();
    private final List<String> packed = new ArrayList<>();

    TorchWeights(LinearForm form) {
        this.form = form;
    }

    LinearForm form() {
        return form;
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** The variable that holds a parameter. */
    String name(Parameter parameter) {
        return "w"
                + indices.computeIfAbsent(parameter, added -> {
                    parameters.add(added);
                    return parameters.size() - 1;
                });
    }

    /**
     * The variable that holds what linear maps are computed with in another form.
     *
     * @param expression makes it of the variables of parameters
     */
    String packed(String expression) {
        int index = packed.indexOf(expression);
        if (index < 0) {
            index = packed.size();
            packed.add(expression);
        }
        return "p" + index;
    }

    /** The type of the list {@code p}, or null where there is none: in this precision, or without linear maps. */
    String packedType() {
        if (packed.isEmpty()) {
            return null;
        }
        return switch (form) {
            case PLAIN, ONEDNN -> null;
            case PACKED, BFLOAT16 -> "List[Tensor]";
            case INT8 -> "List[__torch__.torch.classes.quantized.LinearPackedParamsBase]";
        };
    }

    /** Statements that name the members of both lists. */
    String unpack() {
        return unpack("w", parameters.size()) + (packedType() == null ? "" : unpack("p", packed.size()));
    }

    static String unpack(String list, int size) {
        if (size == 0) {
            return "";
        }
        StringBuilder line = new StringBuilder("    ");
        for (int i = 0; i < size; i++) {
            line.append(list).append(i).append(", ");
        }
        return line.append("= ").append(list).append('\n').toString();
    }

    /** The method {@code pack} that makes the list {@code p} of the list {@code w}. */
    String packMethod() {
        return "  def pack(self: __torch__.K, w: List[Tensor]) -> " + packedType() + ":\n"
                + unpack("w", parameters.size())
                + "    return [" + String.join(", ", packed) + "]\n";
    }
}

package io.github.djltransformers.block;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.stream.Collectors;

/** A block and those in it as text, one line each. */
final class BlockTree {
    private BlockTree() {}

    static String of(TransformerBlock block) {
        StringBuilder text = new StringBuilder();
        add(text, block, "", "");
        return text.toString();
    }

    private static void add(StringBuilder text, Block block, String name, String indent) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        text.append(indent).append(name).append(block.getClass().getSimpleName());
        if (block instanceof TransformerBlock transformer) {
            text.append(transformer.inputs().stream().collect(Collectors.joining(", ", "(", ")")));
        }
        for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
            text.append(' ')
                    .append(parameter.getKey())
                    .append(' ')
                    .append(parameter.getValue().getShape());
        }
        for (Pair<String, Block> child : block.getChildren()) {
            add(text, child.getValue(), ParameterNames.withoutNumber(child.getKey()) + ": ", indent + "  ");
        }
    }
}

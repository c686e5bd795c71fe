package io.github.djltransformers.block;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names that saved models give parameters: the names of the blocks from the root down, then that of the parameter,
 * joined by dots, such as {@code encoder.layers.0.self_attention.query.weight}. Children of one name, as in a plain
 * {@code SequentialBlock}, keep DJL's number of insertion.
 */
public final class ParameterNames {
    /** DJL puts a two-digit number of insertion before the name of a child. */
    private static final Pattern INSERTION = Pattern.compile("^\\d{2,}");

    private ParameterNames() {}

    /**
     * All parameters by name, in block order, constants included. One that is used in two places is listed once, under its
     * first name.
     */
    public static Map<String, Parameter> of(Block block) {
        Map<String, Parameter> named = new LinkedHashMap<>();
        collect("", block, named, new IdentityHashMap<>());
        return named;
    }

    /** As {@link #of}, without the constants that a block computes itself ({@link Parameter.Type#OTHER}). */
    public static Map<String, Parameter> trained(Block block) {
        Map<String, Parameter> named = of(block);
        named.values().removeIf(parameter -> parameter.getType() == Parameter.Type.OTHER);
        return named;
    }

    private static void collect(String prefix, Block block, Map<String, Parameter> named, Map<Parameter, String> seen) {
        for (Pair<String, Parameter> pair : block.getDirectParameters()) {
            if (seen.putIfAbsent(pair.getValue(), prefix) == null) {
                named.put(prefix + pair.getKey(), pair.getValue());
            }
        }
        for (Pair<String, Block> child : block.getChildren()) {
            String name = withoutNumber(child.getKey());
            long namesakes = block.getChildren().keys().stream()
                    .filter(key -> withoutNumber(key).equals(name))
                    .count();
            collect(prefix + (namesakes == 1 ? name : child.getKey()) + ".", child.getValue(), named, seen);
        }
    }

    static String withoutNumber(String key) {
        return INSERTION.matcher(key).replaceFirst("");
    }
}

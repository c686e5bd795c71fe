package io.github.djltransformers.block;

import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leaves parts of a block as they are while the rest is trained, as transfer learning does (Howard and Ruder 2018, section
 * 3.3): {@code Freezing.freeze(block, embeddings().or(firstLayers(6)))}, or {@code freeze(block, allBut("classifier"))}.
 *
 * <p>Parts are chosen by the names of {@link ParameterNames}; {@code and}, {@code or} and {@code negate} combine them. A
 * frozen parameter has no gradient, and what lies below the lowest trained one has no backward pass. A matrix that is used
 * in two places, such as a tied output's, is frozen in both.
 *
 * <p>DJL's PyTorch model releases every parameter when a trainer is made for a model that was loaded from files. What is
 * frozen here stays frozen until {@link #release}, as long as the block given is the model's own.
 */
public final class Freezing {
    private static final Pattern EMBEDDING = Pattern.compile("(^|.*\\.)(target_)?embedding\\..*");
    private static final Pattern LAYER = Pattern.compile("(?:^|.*\\.)layers\\.(\\d+)\\..*");

    private Freezing() {}

    /** The tables of tokens, positions and types, with their norm and projection. */
    public static Predicate<String> embeddings() {
        return name -> EMBEDDING.matcher(name).matches();
    }

    /**
     * The lowest layers of a stack, of both where there are two.
     *
     * @param count how many, at least 1
     */
    public static Predicate<String> firstLayers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Freezing: count must be at least 1, got " + count);
        }
        return name -> {
            Matcher matcher = LAYER.matcher(name);
            return matcher.matches() && Integer.parseInt(matcher.group(1)) < count;
        };
    }

    /**
     * Everything but some parts.
     *
     * @param parts names of blocks or parameters from the root down, such as {@code classifier} or
     *     {@code body.encoder.layers.11}
     */
    public static Predicate<String> allBut(String... parts) {
        String[] kept = parts.clone();
        return name -> Arrays.stream(kept).noneMatch(part -> name.equals(part) || name.startsWith(part + "."));
    }

    /**
     * Freezes parameters until they are released.
     *
     * @param block what the trainer trains
     * @param names chooses among the names of the trained parameters
     * @throws IllegalArgumentException if it chooses none of them, or all, which would leave nothing to train
     */
    public static void freeze(TransformerBlock block, Predicate<String> names) {
        Map<String, Parameter> chosen = chosen(block, names);
        int all = ParameterNames.trained(block).size();
        if (chosen.isEmpty() || chosen.size() == all) {
            throw new IllegalArgumentException(Text.format(
                    "Freezing: names must choose some parameters and leave some, got %d of %d; the parts of %s are %s",
                    chosen.size(), all, block.name(), parts(block)));
        }
        block.hold(chosen.values());
        chosen.values().forEach(parameter -> parameter.freeze(true));
    }

    /**
     * Lets parameters be trained again, also while training goes on, layer after layer.
     *
     * @param block what they were frozen in
     * @param names chooses among the names of the trained parameters
     */
    public static void release(TransformerBlock block, Predicate<String> names) {
        Map<String, Parameter> chosen = chosen(block, names);
        block.letGo(chosen.values());
        chosen.values().forEach(parameter -> parameter.freeze(false));
    }

    private static Map<String, Parameter> chosen(TransformerBlock block, Predicate<String> names) {
        Map<String, Parameter> chosen = new LinkedHashMap<>(ParameterNames.trained(block));
        chosen.keySet().removeIf(names.negate());
        return chosen;
    }

    private static TreeSet<String> parts(TransformerBlock block) {
        TreeSet<String> parts = new TreeSet<>();
        ParameterNames.trained(block).keySet().forEach(name -> parts.add(name.replaceFirst("\\..*", "")));
        return parts;
    }
}

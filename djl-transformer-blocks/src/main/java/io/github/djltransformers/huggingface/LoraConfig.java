package io.github.djltransformers.huggingface;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is adapted, and how: the meaning of Hugging Face PEFT's {@code LoraConfig}.
 *
 * @param rank r, the inner size of an adapter
 * @param alpha the numerator of its factor
 * @param scaling what the denominator is
 * @param dropout of what enters an adapter, while training
 * @param targets the linear maps that get one, by the ends of their names in Hugging Face's model: {@code query} is every
 *     module whose name is that or ends with {@code .query}; or {@link #ALL_LINEAR}
 * @param trained modules that are trained and saved as a whole beside the adapters, by the ends of their names, such as a
 *     new head's
 */
public record LoraConfig(
        int rank, double alpha, LoraScaling scaling, float dropout, Set<String> targets, Set<String> trained) {
    /** All linear maps of the layers, but not those of heads. */
    public static final String ALL_LINEAR = "all-linear";

    public LoraConfig {
        if (rank < 1) {
            throw new IllegalArgumentException("LoraConfig: rank must be at least 1, got " + rank);
        }
        if (!(alpha > 0 && alpha <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("LoraConfig: alpha must be positive and finite, got " + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LoraConfig: dropout must be in [0, 1), got " + dropout);
        }
        targets = names("targets", targets);
        trained = names("trained", trained);
        if (targets.isEmpty() || targets.contains(ALL_LINEAR) && targets.size() > 1) {
            throw new IllegalArgumentException(
                    "LoraConfig: targets must be names, or " + ALL_LINEAR + " alone, got " + targets);
        }
    }

    private static Set<String> names(String argument, Set<String> names) {
        Set<String> sorted = new TreeSet<>(names);
        if (sorted.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("LoraConfig: " + argument + " must not be blank, got " + sorted);
        }
        return Collections.unmodifiableSet(sorted);
    }

    /** Without dropout, scaled by {@code alpha / rank}, and nothing trained but the adapters. */
    public static LoraConfig of(int rank, double alpha, String... targets) {
        return new LoraConfig(rank, alpha, LoraScaling.STANDARD, 0, new TreeSet<>(List.of(targets)), Set.of());
    }

    /** The same with another scaling. */
    public LoraConfig withScaling(LoraScaling other) {
        return new LoraConfig(rank, alpha, other, dropout, targets, trained);
    }

    /** The same with dropout. */
    public LoraConfig withDropout(float rate) {
        return new LoraConfig(rank, alpha, scaling, rate, targets, trained);
    }

    /** The same with modules that are trained as a whole. */
    public LoraConfig withTrained(String... modules) {
        return new LoraConfig(rank, alpha, scaling, dropout, targets, new TreeSet<>(List.of(modules)));
    }

    /** What an adapter's result is multiplied by. */
    float factor() {
        return (float) scaling.factor(alpha, rank);
    }

    /** Whether a module's name is one of some names, or ends with one after a dot. */
    static boolean ends(String module, Set<String> names) {
        return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
    }

    /** Whether a tensor belongs to a module that is trained as a whole, or to one within it. */
    boolean trains(String tensor) {
        for (int dot = tensor.indexOf('.'); dot > 0; dot = tensor.indexOf('.', dot + 1)) {
            if (ends(tensor.substring(0, dot), trained)) {
                return true;
            }
        }
        return false;
    }
}

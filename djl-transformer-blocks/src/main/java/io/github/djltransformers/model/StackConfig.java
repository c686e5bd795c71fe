package io.github.djltransformers.model;

import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.position.RelativeBiasConfig;
import io.github.djltransformers.position.RelativeTableConfig;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A stack of layers.
 *
 * @param layers the distinct layers, of one model size and one number of heads, all or none with cross-attention
 * @param depth how many layers are applied; where there are fewer distinct ones, each is applied as many times in a row as
 *     the others (Lan et al. 2020, section 3.1)
 * @param finalNorm of the output, which stacks without a norm at the end of a layer need
 * @param relativeBias on the scores of all self-attentions, or null
 * @param relativeTable of the positions that disentangled attention attends to, or null
 */
public record StackConfig(
        List<LayerConfig> layers,
        int depth,
        NormConfig finalNorm,
        RelativeBiasConfig relativeBias,
        RelativeTableConfig relativeTable) {
    /** Ten times what any model has: more is a damaged file, and would take all memory. */
    private static final int MOST_LAYERS = 10_000;

    public StackConfig {
        requireBounded(depth);
        layers = List.copyOf(layers);
        if (layers.isEmpty() || depth < 1 || depth % layers.size() != 0) {
            throw new IllegalArgumentException("StackConfig: depth must be a positive multiple of the number of layers,"
                    + " got " + depth + " for " + layers.size());
        }
        if (finalNorm == null) {
            throw new IllegalArgumentException("StackConfig: finalNorm must be given, got null");
        }
        for (LayerConfig layer : layers) {
            if (layer.modelSize() != layers.get(0).modelSize()
                    || layer.heads() != layers.get(0).heads()
                    || (layer.crossAttention() == null) != (layers.get(0).crossAttention() == null)) {
                throw new IllegalArgumentException(
                        "StackConfig: layers must have one modelSize and one number of heads,"
                                + " and all or none a crossAttention, got " + layers);
            }
        }
    }

    /** Layers that are all alike, with a norm at the end or {@link NormConfig#NONE}. */
    public static StackConfig of(LayerConfig layer, int depth, NormConfig finalNorm) {
        requireBounded(depth);
        return new StackConfig(Collections.nCopies(depth, layer), depth, finalNorm, null, null);
    }

    private static void requireBounded(int depth) {
        if (depth < 1 || depth > MOST_LAYERS) {
            throw new IllegalArgumentException("StackConfig: depth must be in [1, " + MOST_LAYERS + "], got " + depth);
        }
    }

    /** These layers, with a norm at the end or {@link NormConfig#NONE}. */
    public static StackConfig of(List<LayerConfig> layers, NormConfig finalNorm) {
        return new StackConfig(layers, layers.size(), finalNorm, null, null);
    }

    /** This stack with a bias by distance, or null for none. */
    public StackConfig withRelativeBias(RelativeBiasConfig bias) {
        return new StackConfig(layers, depth, finalNorm, bias, relativeTable);
    }

    /** This stack with vectors of relative positions, or null for none. */
    public StackConfig withRelativeTable(RelativeTableConfig table) {
        return new StackConfig(layers, depth, finalNorm, relativeBias, table);
    }

    /** This stack, whose queries no longer reach the keys after them. */
    public StackConfig causal() {
        return withLayers(LayerConfig::causal);
    }

    /** The stack of a decoder, each layer as {@link LayerConfig#decoding} says. */
    public StackConfig decoding() {
        return withLayers(LayerConfig::decoding);
    }

    /** This stack, whose layers read no other sequence. */
    StackConfig alone() {
        return withLayers(layer -> layer.withCrossAttention(null));
    }

    private StackConfig withLayers(UnaryOperator<LayerConfig> change) {
        List<LayerConfig> changed = layers.stream().map(change).toList();
        return new StackConfig(changed, depth, finalNorm, relativeBias, relativeTable);
    }

    /** D. */
    public int modelSize() {
        return layers.get(0).modelSize();
    }

    /** H. */
    public int heads() {
        return layers.get(0).heads();
    }

    /** The index among the distinct layers of the one applied at a depth. */
    int layerAt(int index) {
        return index / (depth / layers.size());
    }
}

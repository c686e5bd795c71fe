package io.github.djltransformers.engine.mxnet;

import io.github.djltransformers.ops.AttentionMask;
import java.util.Map;

/** The attention masks of a graph, as numbers 0 and 1. */
final class MxMasks {
    /** As {@link io.github.djltransformers.ops.NDArrayOps} masks. */
    private static final float MASKED = 1e9f;

    private final MxGraph graph;

    MxMasks(MxGraph graph) {
        this.graph = graph;
    }

    /** Truth values as numbers. */
    MxValue numbers(MxValue mask) {
        return graph.node("Cast", Map.of("dtype", "float32"), mask);
    }

    AttentionMask<MxValue> kept(MxValue keepMask) {
        return keepMask == null ? null : prepared(numbers(keepMask));
    }

    /**
     * Both where a query reaches a key and where it is kept.
     *
     * @param band (1, 1, T, S), 1 where a query reaches a key
     */
    AttentionMask<MxValue> banded(MxValue keepMask, MxValue band) {
        return keepMask == null
                ? new AttentionMask<>(scoreBias(band), null)
                : prepared(graph.node("broadcast_mul", numbers(keepMask), band));
    }

    AttentionMask<MxValue> biased(AttentionMask<MxValue> mask, MxValue bias) {
        return mask == null
                ? new AttentionMask<>(bias, null)
                : new AttentionMask<>(graph.node("broadcast_add", bias, mask.scoreBias()), mask.attendable());
    }

    /** Makes the result of a query that reaches no kept key 0. */
    MxValue attendable(MxValue x, AttentionMask<MxValue> mask) {
        return mask.attendable() == null ? x : graph.node("broadcast_mul", x, mask.attendable());
    }

    private AttentionMask<MxValue> prepared(MxValue keep) {
        MxValue attendable = graph.node("max", Map.of("axis", "(3,)", "keepdims", "True"), keep);
        return new AttentionMask<>(scoreBias(keep), attendable);
    }

    private MxValue scoreBias(MxValue keep) {
        return graph.node(
                "_mul_scalar", Map.of("scalar", MASKED), graph.node("_minus_scalar", Map.of("scalar", 1), keep));
    }
}

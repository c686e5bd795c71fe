package io.github.djltransformers.engine.onnx;

import io.github.djltransformers.ops.AttentionMask;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The attention masks of a graph. */
final class OnnxMasks {
    /** As {@link io.github.djltransformers.ops.NDArrayOps} masks. */
    private static final double MASKED = -1e9;

    private final OnnxGraph graph;
    private final Set<String> byHead = new HashSet<>(); // biases

    OnnxMasks(OnnxGraph graph) {
        this.graph = graph;
    }

    /** Truth values as numbers 0 and 1. */
    OnnxValue numbers(OnnxValue mask) {
        return graph.node("Cast", Map.of("to", OnnxType.FLOAT.number()), mask);
    }

    AttentionMask<OnnxValue> kept(OnnxValue keepMask) {
        return keepMask == null ? null : prepared(keepMask);
    }

    /**
     * Both where a query reaches a key and where it is kept.
     *
     * @param band (T, S) BOOL, where a query reaches a key
     */
    AttentionMask<OnnxValue> banded(OnnxValue keepMask, OnnxValue band) {
        return keepMask == null
                ? new AttentionMask<>(scoreBias(graph.node("Unsqueeze", band, graph.numbers(0, 1))), null)
                : prepared(graph.node("And", keepMask, band));
    }

    AttentionMask<OnnxValue> biased(AttentionMask<OnnxValue> mask, OnnxValue bias) {
        AttentionMask<OnnxValue> all = mask == null
                ? new AttentionMask<>(bias, null)
                : new AttentionMask<>(graph.node("Add", bias, mask.scoreBias()), mask.attendable());
        byHead.add(all.scoreBias().name());
        return all;
    }

    /** Whether a mask may differ from head to head. */
    boolean isByHead(AttentionMask<OnnxValue> mask) {
        return mask != null && byHead.contains(mask.scoreBias().name());
    }

    /** Makes the result of a query that reaches no kept key 0. */
    OnnxValue attendable(OnnxValue x, AttentionMask<OnnxValue> mask) {
        return mask.attendable() == null ? x : graph.node("Mul", x, mask.attendable());
    }

    private AttentionMask<OnnxValue> prepared(OnnxValue keep) {
        OnnxValue attendable = graph.node("ReduceMax", Map.of("axes", List.of(3L), "keepdims", 1L), numbers(keep));
        return new AttentionMask<>(scoreBias(keep), attendable);
    }

    private OnnxValue scoreBias(OnnxValue keep) {
        return graph.node("Where", keep, graph.scalar(0), graph.scalar(MASKED));
    }
}

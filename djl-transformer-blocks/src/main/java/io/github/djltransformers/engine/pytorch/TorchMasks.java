package io.github.djltransformers.engine.pytorch;

import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.AttentionSpan;

/** The attention masks of a method under construction, as numbers 0 and 1. */
final class TorchMasks {
    /** As {@link io.github.djltransformers.ops.NDArrayOps} masks. */
    private static final String MASKED = "1.0e9";

    private final TorchScriptOps ops;

    TorchMasks(TorchScriptOps ops) {
        this.ops = ops;
    }

    AttentionMask<TorchValue> kept(TorchValue keepMask) {
        return keepMask == null ? null : prepared(ops.let("torch.to(%s, 6)", keepMask.name()));
    }

    /** (1, 1, T, T), 1 where a query reaches a key: itself and those before it. */
    TorchValue triangle(TorchValue like) {
        return ops.let("__torch__.triangle(%s)", like.name());
    }

    /** (1, 1, T, S), 1 where a query reaches a key. */
    TorchValue band(String queries, String keys, AttentionSpan span, TorchValue like) {
        return ops.let("__torch__.band(%s, %s, %d, %d, %s)", queries, keys, span.before(), span.after(), like.name());
    }

    /** Both where a query reaches a key and where it is kept. */
    AttentionMask<TorchValue> banded(TorchValue keepMask, TorchValue band) {
        return keepMask == null
                ? new AttentionMask<>(scoreBias(band), null)
                : prepared(ops.let("torch.mul(%s, %s)", band.name(), keepMask.name()));
    }

    AttentionMask<TorchValue> biased(AttentionMask<TorchValue> mask, TorchValue bias) {
        return mask == null
                ? new AttentionMask<>(bias, null)
                : new AttentionMask<>(
                        ops.let(
                                "torch.add(%s, %s)",
                                bias.name(), mask.scoreBias().name()),
                        mask.attendable());
    }

    /** Makes the result of a query that reaches no kept key 0. */
    TorchValue attendable(TorchValue x, AttentionMask<TorchValue> mask) {
        return mask.attendable() == null
                ? x
                : ops.let("torch.mul(%s, %s)", x.name(), mask.attendable().name());
    }

    private AttentionMask<TorchValue> prepared(TorchValue keep) {
        return new AttentionMask<>(scoreBias(keep), ops.let("torch.amax(%s, [3], True)", keep.name()));
    }

    private TorchValue scoreBias(TorchValue keep) {
        return ops.let("torch.mul(torch.sub(%s, 1.0), %s)", keep.name(), MASKED);
    }
}

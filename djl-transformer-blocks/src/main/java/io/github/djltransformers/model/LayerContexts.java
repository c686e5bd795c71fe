package io.github.djltransformers.model;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.RelativeBias;
import io.github.djltransformers.position.RelativePositions;
import io.github.djltransformers.position.RelativeTable;
import java.util.HashMap;
import java.util.Map;

/** What the self-attentions of a stack share in one step: masks by span, angles by rotary positions, relative positions. */
final class LayerContexts<T> {
    private final TensorOps<T> ops;
    private final T x;
    private final StackInput<T> input;
    private final T bias;
    private final RelativePositions<T> relative;
    private final Map<AttentionSpan, AttentionMask<T>> masks = new HashMap<>();
    private final Map<RotaryConfig, RotaryAngles<T>> angles = new HashMap<>();

    /**
     * @param x (B, T, D), the new tokens
     * @param bias of the stack, or null
     * @param table of the stack, or null
     */
    LayerContexts(TensorOps<T> ops, T x, StackInput<T> input, RelativeBias bias, RelativeTable table) {
        this.ops = ops;
        this.x = x;
        this.input = input;
        this.bias = bias == null ? null : bias.apply(ops, x, past());
        relative = table == null ? null : table.apply(ops, x);
    }

    private KeyValueCache<T> past() {
        return input.past() == null ? null : input.past().get(0);
    }

    AttentionContext<T> of(AttentionConfig attention) {
        AttentionMask<T> mask = masks.computeIfAbsent(attention.span(), this::mask);
        RotaryAngles<T> turns = attention.rotary() == null
                ? null
                : angles.computeIfAbsent(attention.rotary(), rotary -> ops.rotaryAngles(x, input.positions(), rotary));
        return new AttentionContext<>(mask, turns, attention.disentangled() == null ? null : relative);
    }

    private AttentionMask<T> mask(AttentionSpan span) {
        AttentionMask<T> mask = ops.spanMask(input.keepMask(), x, past(), span);
        return bias == null ? mask : ops.biased(mask, bias);
    }
}

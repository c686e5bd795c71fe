package io.github.djltransformers.engine.pytorch;

import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPool;
import io.github.djltransformers.ops.TokenPositions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Interprets a block as the statements of a TorchScript method, one for each operation.
 *
 * <p>Parameters are the variables {@code w0}, {@code w1} ... A cached sequence is the beginning of a preallocated buffer,
 * which {@link #append} writes into. Shapes are looked at when the program runs, so that one program serves all.
 */
final class TorchScriptOps implements TensorOps<TorchValue> {
    /** The variables of a method with buffers: how many of their tokens are filled before the step, and after. */
    static final String LENGTH = "length";

    static final String FILLED = "filled";

    private final TorchWeights weights;
    private final TorchStatements statements;
    private final TorchMasks masks = new TorchMasks(this);
    private final Map<String, Long> vocabularies = new HashMap<>();

    TorchScriptOps(TorchWeights weights) {
        this.weights = weights;
        statements = new TorchStatements(weights);
    }

    /** The statements so far. */
    String body() {
        return statements.text();
    }

    /** How many ids there are for a variable, or 0 if it holds none. */
    long vocabulary(TorchValue value) {
        return vocabularies.getOrDefault(value.name(), 0L);
    }

    /** Adds a statement that gives a new variable a value. */
    TorchValue let(String expression, Object... arguments) {
        return TorchValue.of(statements.let(Text.format(expression, arguments)));
    }

    /** Adds a statement for its effect. */
    void run(String statement, Object... arguments) {
        let(statement, arguments);
    }

    /** Arguments were checked as shapes before the program runs. */
    @Override
    public ArgumentCheck<TorchValue> check(String owner) {
        return ArgumentCheck.unchecked();
    }

    @Override
    public TorchValue linear(TorchValue x, Parameter weight, Parameter bias) {
        return TorchValue.of(statements.linear(x.name(), weight, bias)).like(x);
    }

    @Override
    public TorchValue embedding(TorchValue ids, Parameter table) {
        vocabularies.merge(ids.name(), table.getShape().get(0), Math::min);
        return let(
                        ids.single() ? "torch.embedding(%s, torch.flatten(%s))" : "torch.embedding(%s, %s)",
                        weights.name(table),
                        ids.name())
                .like(ids);
    }

    @Override
    public TorchValue addPositions(TorchValue x, Parameter table, TokenPositions<TorchValue> positions, int offset) {
        if (positions.explicit() != null) {
            String places = positions.explicit().name();
            return let(
                            x.single()
                                    ? "torch.add(%s, torch.embedding(%s, torch.flatten(torch.add(%s, %d))))"
                                    : "torch.add(%s, torch.embedding(%s, torch.add(%s, %d)))",
                            x.name(),
                            weights.name(table),
                            places,
                            offset)
                    .like(x);
        }
        String from = from(positions.past());
        return let(
                        "torch.add(%s, torch.narrow(%s, 0, %s, %s))",
                        x.name(),
                        weights.name(table),
                        offset == 0 ? from : Text.format("torch.add(%s, %d)", from, offset),
                        queries(x))
                .like(x);
    }

    private static String from(KeyValueCache<TorchValue> past) {
        if (past == null) {
            return "0";
        }
        return past.keys().buffer() == null
                ? Text.format("torch.size(%s, 2)", past.keys().name())
                : LENGTH;
    }

    @Override
    public TorchValue layerNorm(TorchValue x, Parameter gamma, Parameter beta, float epsilon) {
        return let(
                        "torch.layer_norm(%s, [%d], %s, %s, %s)",
                        x.name(),
                        gamma.getShape().get(0),
                        weights.name(gamma),
                        beta == null ? "None" : weights.name(beta),
                        TorchRotary.literal(epsilon))
                .withHeads(x.heads())
                .like(x);
    }

    @Override
    public TorchValue activate(TorchValue x, ActivationFunction function) {
        String activated = statements.activated(x.name(), function);
        if (activated != null) {
            return TorchValue.of(activated).like(x);
        }
        String form = TorchActivations.form(function);
        return form == null ? x : let(form, x.name()).like(x);
    }

    @Override
    public TorchValue dropout(TorchValue x, float rate) {
        return x;
    }

    @Override
    public TorchValue add(TorchValue a, TorchValue b) {
        return let("torch.add(%s, %s)", a.name(), b.name()).like(a);
    }

    @Override
    public TorchValue scale(TorchValue x, float factor) {
        return let("torch.mul(%s, %s)", x.name(), TorchRotary.literal(factor)).like(x);
    }

    @Override
    public TorchValue splitHeads(TorchValue x, int heads) {
        String split = x.single()
                ? "torch.view(%1$s, [torch.size(%1$s, 0), %2$d, 1, -1])"
                : "torch.transpose(torch.view(%1$s, [torch.size(%1$s, 0), torch.size(%1$s, 1), %2$d, -1]), 1, 2)";
        return let(split, x.name(), heads).withHeads(heads).like(x);
    }

    @Override
    public TorchValue mergeHeads(TorchValue x) {
        String merged = x.single() ? "torch.flatten(%1$s, 1)" : "torch.flatten(torch.transpose(%1$s, 1, 2), 2)";
        return let(merged, x.name()).like(x);
    }

    @Override
    public AttentionMask<TorchValue> attentionMask(TorchValue keepMask, TorchValue like) {
        return masks.kept(keepMask);
    }

    @Override
    public AttentionMask<TorchValue> spanMask(
            TorchValue keepMask, TorchValue like, KeyValueCache<TorchValue> past, AttentionSpan span) {
        boolean lastOnly = like.single() && span.before() == AttentionSpan.UNBOUNDED;
        if (span.equals(AttentionSpan.ALL) || lastOnly) {
            return masks.kept(keepMask);
        }
        boolean triangle = past == null && span.equals(AttentionSpan.CAUSAL);
        return masks.banded(
                keepMask, triangle ? masks.triangle(like) : masks.band(queries(like), keys(like, past), span, like));
    }

    /** How many tokens are new. */
    private static String queries(TorchValue x) {
        return x.single() ? "1" : Text.format("torch.size(%s, 1)", x.name());
    }

    /** How many tokens there are with the new ones. */
    private static String keys(TorchValue x, KeyValueCache<TorchValue> past) {
        return past == null ? queries(x) : Text.format("torch.add(%s, %s)", from(past), queries(x));
    }

    @Override
    public TorchValue attentionWeights(
            TorchValue query, TorchValue key, AttentionMask<TorchValue> mask, ScoreScale scale) {
        TorchValue scores = similarity(query, shared(key, query), scale.factor());
        if (scale.capped()) {
            String cap = TorchRotary.literal(scale.softCap());
            scores = let("torch.mul(torch.tanh(torch.div(%s, %s)), %s)", scores.name(), cap, cap);
        }
        if (mask == null) {
            return let("torch.softmax(%s, 3)", scores.name());
        }
        TorchValue kept = let(
                "torch.softmax(torch.add(%s, %s), 3)",
                scores.name(), mask.scoreBias().name());
        return masks.attendable(kept, mask);
    }

    @Override
    public TorchValue attend(
            TorchValue query,
            TorchValue key,
            TorchValue value,
            AttentionMask<TorchValue> mask,
            ScoreScale scale,
            float dropout) {
        if (scale.capped()) {
            TorchValue kept = attentionWeights(query, key, mask, scale);
            return let("torch.matmul(%s, %s)", kept.name(), shared(value, query).name())
                    .like(query);
        }
        String bias = mask == null ? "None" : mask.scoreBias().name();
        String attention = key.shared() ? "attend_shared" : "attend";
        TorchValue attended = let(
                "__torch__.%s(%s, %s, %s, %s, %s)",
                attention, query.name(), key.name(), value.name(), bias, TorchRotary.literal(scale.factor()));
        return (mask == null ? attended : masks.attendable(attended, mask)).like(query);
    }

    @Override
    public TorchValue addTypes(TorchValue x, Parameter table, TorchValue types) {
        if (types == null) {
            return let("torch.add(%s, torch.narrow(%s, 0, 0, 1))", x.name(), weights.name(table))
                    .like(x);
        }
        vocabularies.merge(types.name(), table.getShape().get(0), Math::min);
        return let("torch.add(%s, torch.embedding(%s, %s))", x.name(), weights.name(table), types.name())
                .like(x);
    }

    @Override
    public TorchValue countKept(TorchValue keep, TorchValue ids) {
        return let("__torch__.count_kept(%s, torch.size(%s, 1))", keep.name(), ids.name())
                .like(ids);
    }

    @Override
    public TorchValue differs(TorchValue ids, long id) {
        return let("torch.unsqueeze(torch.unsqueeze(torch.ne(%s, %d), 1), 1)", ids.name(), id);
    }

    @Override
    public TorchValue equalTo(TorchValue ids, long id) {
        return let("torch.unsqueeze(torch.unsqueeze(torch.eq(%s, %d), 1), 1)", ids.name(), id);
    }

    @Override
    public TorchValue extendKept(TorchValue keep, TorchValue ids) {
        return let("__torch__.extended(%s, %s)", keep.name(), ids.name());
    }

    @Override
    public RotaryAngles<TorchValue> rotaryAngles(
            TorchValue x, TokenPositions<TorchValue> positions, RotaryConfig rotary) {
        String angles = let(TorchRotary.angles(x, from(positions.past()), queries(x), positions.explicit(), rotary))
                .name();
        return new RotaryAngles<>(
                let("__torch__.twice(torch.cos(%s), %s)", angles, TorchRotary.literal(rotary.magnitude())),
                let("__torch__.twice(torch.sin(%s), %s)", angles, TorchRotary.literal(rotary.magnitude())),
                rotary.size());
    }

    @Override
    public TorchValue rotate(TorchValue heads, int headSize, RotaryAngles<TorchValue> angles) {
        return let(
                        "__torch__.rotated(%s, %s, %s, %d)",
                        heads.name(), angles.cosines().name(), angles.sines().name(), angles.size())
                .withHeads(heads.heads())
                .like(heads);
    }

    @Override
    public TorchValue rmsNorm(TorchValue x, Parameter gamma, float offset, float epsilon) {
        String weight = weights.name(gamma);
        return let(
                        "__torch__.rms_norm(%s, %s, %s)",
                        x.name(),
                        offset == 0 ? weight : Text.format("torch.add(%s, %s)", weight, TorchRotary.literal(offset)),
                        TorchRotary.literal(epsilon))
                .withHeads(x.heads())
                .like(x);
    }

    @Override
    public TorchValue multiply(TorchValue a, TorchValue b) {
        return let("torch.mul(%s, %s)", a.name(), b.name()).like(a);
    }

    @Override
    public AttentionMask<TorchValue> biased(AttentionMask<TorchValue> mask, TorchValue bias) {
        return masks.biased(mask, bias);
    }

    @Override
    public TorchValue distances(TorchValue x, KeyValueCache<TorchValue> past, Parameter rows) {
        return let("__torch__.distances(%s, %s, %s)", queries(x), keys(x, past), weights.name(rows));
    }

    @Override
    public TorchValue relativeBias(TorchValue rows, Parameter table) {
        return let(
                "torch.unsqueeze(torch.permute(torch.embedding(%s, %s), [2, 0, 1]), 0)",
                weights.name(table), rows.name());
    }

    @Override
    public TorchValue pick(TorchValue x, TorchValue columns) {
        return let(
                "torch.gather(%1$s, 3, torch.expand(%2$s, [torch.size(%1$s, 0), torch.size(%1$s, 1), -1, -1]))",
                x.name(), columns.name());
    }

    @Override
    public TorchValue similarity(TorchValue query, TorchValue key, float scale) {
        return let(
                "torch.matmul(torch.mul(%s, %s), torch.transpose(%s, 2, 3))",
                query.name(), TorchRotary.literal(scale), key.name());
    }

    @Override
    public TorchValue swapQueriesAndKeys(TorchValue x) {
        return let("torch.transpose(%s, 2, 3)", x.name());
    }

    @Override
    public TorchValue sequence(Parameter table, TorchValue like) {
        return let("torch.unsqueeze(%s, 0)", weights.name(table));
    }

    @Override
    public TorchValue pool(TorchValue x, TorchValue keep, TokenPool pool) {
        return let("__torch__.%s_kept(%s, %s)", pool.name().toLowerCase(Locale.ROOT), x.name(), keep.name());
    }

    @Override
    public TorchValue zeroUnkept(TorchValue x, TorchValue keep) {
        String kept = Text.format("torch.to(torch.flatten(%s, 1), 6)", keep.name());
        return let("torch.mul(%s, %s)", x.name(), x.single() ? kept : Text.format("torch.unsqueeze(%s, 2)", kept))
                .like(x);
    }

    @Override
    public TorchValue feature(TorchValue x, int index) {
        return let("torch.select(%s, 2, %d)", x.name(), index);
    }

    /** Repeats each key or value head for the query heads that share it. */
    private TorchValue shared(TorchValue heads, TorchValue query) {
        return heads.heads() > 0 && heads.heads() == query.heads()
                ? heads
                : let("__torch__.repeated(%s, %s)", heads.name(), query.name());
    }

    @Override
    public KeyValueCache<TorchValue> append(KeyValueCache<TorchValue> past, TorchValue keys, TorchValue values) {
        return past == null
                ? new KeyValueCache<>(keys, values)
                : new KeyValueCache<>(append(past.keys(), keys), append(past.values(), values));
    }

    private TorchValue append(TorchValue past, TorchValue more) {
        if (past.buffer() == null) {
            return let("torch.cat([%s, %s], 2)", past.name(), more.name()).withHeads(more.heads());
        }
        run("torch.copy_(torch.narrow(%s, 2, %s, 1), %s)", past.buffer(), LENGTH, more.name());
        String name = let("torch.narrow(%s, 2, 0, %s)", past.buffer(), FILLED).name();
        return new TorchValue(name, past.buffer(), more.heads(), false, false);
    }

    @Override
    public TorchValue selectRows(TorchValue x, TorchValue rows) {
        return let("torch.index_select(%s, 0, %s)", x.name(), rows.name());
    }

    @Override
    public TorchValue token(TorchValue x, int index) {
        return let("torch.select(%s, 1, %d)", x.name(), index);
    }
}

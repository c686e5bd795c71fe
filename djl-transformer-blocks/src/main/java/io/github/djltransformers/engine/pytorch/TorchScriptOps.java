package io.github.djltransformers.engine.pytorch;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
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
    /** As {@link io.github.djltransformers.ops.NDArrayOps} masks. */
    private static final String MASKED = "1.0e9";

    /** The variables of a method with buffers: how many of their tokens are filled before the step, and after. */
    static final String LENGTH = "length";

    static final String FILLED = "filled";

    private final TorchWeights weights;
    private final TorchStatements statements;
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
        return TorchValue.of(statements.let(expression.formatted(arguments)));
    }

    /** Adds a statement for its effect. */
    void run(String statement, Object... arguments) {
        let(statement, arguments);
    }

    /** Arguments were checked as shapes before the program runs. */
    @Override
    public ArgumentCheck<TorchValue> check(String owner) {
        return new ArgumentCheck<>() {
            @Override
            public ArgumentCheck<TorchValue> expect(
                    String argument, TorchValue value, Kind kind, Object... dimensions) {
                return this;
            }
        };
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
    public TorchValue addPositions(TorchValue x, Parameter table, KeyValueCache<TorchValue> past) {
        String count = x.single() ? "1" : "torch.size(%s, 1)".formatted(x.name());
        return let("torch.add(%s, torch.narrow(%s, 0, %s, %s))", x.name(), weights.name(table), from(past), count)
                .like(x);
    }

    private static String from(KeyValueCache<TorchValue> past) {
        if (past == null) {
            return "0";
        }
        return past.keys().buffer() == null
                ? "torch.size(%s, 2)".formatted(past.keys().name())
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
                        literal(epsilon))
                .like(x);
    }

    @Override
    public TorchValue activate(TorchValue x, ActivationFunction function) {
        String activated = statements.activated(x.name(), function);
        if (activated != null) {
            return TorchValue.of(activated).like(x);
        }
        String name = switch (function) {
            case RELU -> "relu";
            case GELU -> "gelu";
            case SWISH -> "silu";
            case TANH -> "tanh";
        };
        return let("torch.%s(%s)", name, x.name()).like(x);
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
        return let("torch.mul(%s, %s)", x.name(), literal(factor)).like(x);
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
        return keepMask == null ? null : prepared(let("torch.to(%s, 6)", keepMask.name()));
    }

    @Override
    public AttentionMask<TorchValue> causalMask(TorchValue keepMask, TorchValue like) {
        TorchValue triangle = let("__torch__.triangle(%s)", like.name());
        if (keepMask == null) {
            return new AttentionMask<>(scoreBias(triangle), null);
        }
        return prepared(let("torch.mul(%s, %s)", triangle.name(), keepMask.name()));
    }

    private AttentionMask<TorchValue> prepared(TorchValue keep) {
        return new AttentionMask<>(scoreBias(keep), let("torch.amax(%s, [3], True)", keep.name()));
    }

    private TorchValue scoreBias(TorchValue keep) {
        return let("torch.mul(torch.sub(%s, 1.0), %s)", keep.name(), MASKED);
    }

    @Override
    public TorchValue attentionWeights(TorchValue query, TorchValue key, AttentionMask<TorchValue> mask, float scale) {
        TorchValue keys = shared(key, query);
        TorchValue scores = let(
                "torch.matmul(torch.mul(%s, %s), torch.transpose(%s, 2, 3))",
                query.name(), literal(scale), keys.name());
        if (mask == null) {
            return let("torch.softmax(%s, 3)", scores.name());
        }
        TorchValue kept = let(
                "torch.softmax(torch.add(%s, %s), 3)",
                scores.name(), mask.scoreBias().name());
        return attendable(kept, mask);
    }

    @Override
    public TorchValue attend(
            TorchValue query,
            TorchValue key,
            TorchValue value,
            AttentionMask<TorchValue> mask,
            float scale,
            float dropout) {
        String bias = mask == null ? "None" : mask.scoreBias().name();
        String attention = key.shared() ? "attend_shared" : "attend";
        TorchValue attended = let(
                "__torch__.%s(%s, %s, %s, %s, %s)",
                attention,
                query.name(),
                shared(key, query).name(),
                shared(value, query).name(),
                bias,
                literal(scale));
        return (mask == null ? attended : attendable(attended, mask)).like(query);
    }

    private TorchValue attendable(TorchValue x, AttentionMask<TorchValue> mask) {
        return mask.attendable() == null
                ? x
                : let("torch.mul(%s, %s)", x.name(), mask.attendable().name());
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

    /** A number as TorchScript reads it: never without a point or an exponent, which would be an int. */
    private static String literal(float number) {
        return Double.toString(number).toLowerCase(Locale.ROOT);
    }
}

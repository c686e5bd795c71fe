package io.github.djltransformers.ops;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import org.junit.jupiter.api.Test;

class ShapeOpsTest {
    private final ShapeOps ops = new ShapeOps();

    private static TensorShape floats(long... dimensions) {
        return new TensorShape(new Shape(dimensions), DataType.FLOAT32);
    }

    private static Parameter parameter(long... dimensions) {
        return Parameter.builder()
                .setName("p")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(dimensions))
                .build();
    }

    @Test
    void operationsNameTheArgumentThatDoesNotFit() {
        requireRejected(
                "linear: the last axis of x must be 3, got (2, 4) FLOAT32",
                () -> ops.linear(floats(2, 4), parameter(5, 3), null));
        requireRejected(
                "layerNorm: the last axis of x must be 3, got (2, 4) FLOAT32",
                () -> ops.layerNorm(floats(2, 4), parameter(3), null, 1));
        requireRejected("add: b must be (2, 3), got (3, 2) FLOAT32", () -> ops.add(floats(2, 3), floats(3, 2)));
        requireRejected("token: index must be below the sequence length 4, got 4", () -> ops.token(floats(2, 4, 3), 4));
        requireRejected(
                "embedding: ids must be (B, T) INT64 or INT32, got (2, 4) FLOAT32",
                () -> ops.embedding(floats(2, 4), parameter(5, 3)));
        requireRejected(
                "spanMask: keepMask must be (B, H, 1|4, 4) BOOLEAN, got (2, 1, 4, 5) BOOLEAN",
                () -> ops.spanMask(
                        new TensorShape(new Shape(2, 1, 4, 5), DataType.BOOLEAN),
                        floats(2, 4, 3),
                        null,
                        AttentionSpan.CAUSAL));
        requireRejected(
                "attentionWeights: mask must be (1|2, 1|3, 1|4, 5) of a floating type, got (2, 3, 4, 6) FLOAT32",
                () -> ops.attentionWeights(
                        floats(2, 3, 4, 6),
                        floats(2, 3, 5, 6),
                        ops.scoreBiasMask(floats(2, 3, 4, 6)),
                        ScoreScale.of(1)));
        requireRejected(
                "attend: value must be (2, 3, 5, Dv) of a floating type, got (2, 3, 4, 6) FLOAT32",
                () -> ops.attend(
                        floats(2, 3, 4, 6), floats(2, 3, 5, 6), floats(2, 3, 4, 6), null, ScoreScale.of(1), 0));
    }

    @Test
    void namesAreBoundByArgumentsThatFitAlone() {
        ArgumentCheck<TensorShape> check = ops.check("Owner").expect("a", floats(2, 3), Kind.FLOAT, "B", "T");
        requireRejected(
                "Owner: b must be (2, S, 4) of a floating type, got (2, 5, 6) FLOAT32",
                () -> check.expect("b", floats(2, 5, 6), Kind.FLOAT, "B", "S", 4));
        requireRejected(
                "Owner: c must be (S, S), got (5, 6) FLOAT32", () -> check.expect("c", floats(5, 6), null, "S", "S"));
        check.expect("d", floats(7), Kind.FLOAT, "S").expect("absent", null, Kind.FLOAT, "S");
        requireRejected(
                "Owner: e must be (1|7) of a floating type, got (6) FLOAT32",
                () -> check.expect("e", floats(6), Kind.FLOAT, "1|S"));
        check.expect("e", floats(1), Kind.FLOAT, "1|S");
    }

    @Test
    void cachesGrowAndSelectionsKeepTheRest() {
        KeyValueCache<TensorShape> cache = ops.append(null, floats(2, 3, 1, 4), floats(2, 3, 1, 5));
        cache = ops.append(cache, floats(2, 3, 2, 4), floats(2, 3, 2, 5));
        assertEquals(floats(2, 3, 3, 4), cache.keys());
        assertEquals(floats(2, 3, 3, 5), cache.values());
        TensorShape rows = new TensorShape(new Shape(6), DataType.INT64);
        assertEquals(floats(6, 3, 3, 4), ops.selectRows(cache.keys(), rows));
    }
}

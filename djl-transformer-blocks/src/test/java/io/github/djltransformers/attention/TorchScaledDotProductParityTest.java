package io.github.djltransformers.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.TorchCase;
import java.util.List;

/** {@link ScaledDotProductAttention} against {@code torch.nn.functional.scaled_dot_product_attention}. */
class TorchScaledDotProductParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final float SCALE = (float) (1 / Math.sqrt(6));
    private static final List<String> CASES =
            List.of("plain", "cross_dv", "causal", "causal_rect", "bool_mask", "scale", "gqa");

    @EngineTest
    void attentionMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        for (String name : CASES) {
            try (TorchCase torch = new TorchCase(engine, "torch_sdpa/" + name, closeness)) {
                ScaledDotProductAttention attention =
                        new ScaledDotProductAttention(name.equals("scale") ? 0.37f : SCALE, 0);
                NDList inputs = new NDList(torch.input("query"), torch.input("key"), torch.input("value"));
                NDArray keepMask = name.startsWith("causal") || name.equals("gqa")
                        ? causal(torch)
                        : torch.keepMask("attn_bool_true_means_KEEP", 2, 1, 5, 7);
                if (keepMask != null) {
                    inputs.add(keepMask);
                }
                torch.check(() -> attention.forward(torch.store(), inputs, true).singletonOrThrow());
            }
        }
        closeness.verify("ScaledDotProductAttention on " + engine);
    }

    @EngineTest
    void scoreBiasMatchesTorchsFloatMask(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        try (TorchCase torch = new TorchCase(engine, "torch_sdpa/float_mask", closeness)) {
            NDArrayOps ops = new NDArrayOps(torch.store(), true);
            NDArray bias = torch.tensor("mask.attn_float").reshape(1, 1, 5, 7);
            torch.check(() -> ops.attend(
                    torch.input("query"),
                    torch.input("key"),
                    torch.input("value"),
                    ops.scoreBiasMask(bias),
                    ScoreScale.of(SCALE),
                    0));
        }
        closeness.verify("Attention with a score bias on " + engine);
    }

    /** Query t sees keys 0..t, as torch aligns the triangle whatever the number of keys. */
    private static NDArray causal(TorchCase torch) {
        int queries = (int) torch.tensor("in.query").getShape().get(2);
        int keys = (int) torch.tensor("in.key").getShape().get(2);
        boolean[] keep = new boolean[queries * keys];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = i % keys <= i / keys;
        }
        return torch.manager().create(keep, new Shape(1, 1, queries, keys));
    }
}

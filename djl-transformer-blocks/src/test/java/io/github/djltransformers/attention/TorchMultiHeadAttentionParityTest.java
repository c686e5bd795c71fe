package io.github.djltransformers.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.TorchCase;
import java.util.List;

/**
 * {@link MultiHeadAttention} against {@code torch.nn.MultiheadAttention}. Torch's {@code add_bias_kv} and
 * {@code add_zero_attn} have no counterpart here, so that its case {@code bias_kv_zero} is left out.
 */
class TorchMultiHeadAttentionParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final List<String> CASES = List.of(
            "self_bias",
            "self_nobias",
            "self_noavg",
            "self_kpm",
            "self_causal",
            "self_causal_kpm",
            "self_mask3d",
            "cross",
            "cross_nobias_kpm",
            "cross_kdim_vdim",
            "cross_kdim_vdim_nobias_kpm");

    @EngineTest
    void attentionMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        for (String name : CASES) {
            try (TorchCase torch = new TorchCase(engine, "torch_mha/" + name, closeness)) {
                NDArray query = torch.input("query");
                NDArray key = torch.has("in.key") ? torch.input("key") : query;
                NDArray value = torch.has("in.value") ? torch.input("value") : query;
                MultiHeadAttention attention = load(torch, key, value, name.contains("nobias"));
                NDList inputs = new NDList(query, key, value);
                NDArray keepMask = keepMask(torch, name, key.getShape().get(1));
                if (keepMask != null) {
                    inputs.add(keepMask);
                }
                torch.check(() -> {
                    NDList outputs = attention.forward(torch.store(), inputs, true);
                    compareWeights(torch, outputs.get(1));
                    return outputs.get(0);
                });
            }
        }
        closeness.verify("MultiHeadAttention on " + engine);
    }

    private static NDArray keepMask(TorchCase torch, String name, long keys) {
        // Torch's (B H, T, T), the head's index fastest, is our (B, H, T, T).
        NDArray attend = name.equals("self_mask3d")
                ? torch.keepMask("attn_bool", 3, 4, 6, 6)
                : torch.keepMask("attn_bool", 1, 1, 6, 6);
        return TorchCase.both(attend, torch.keepMask("key_padding_bool", 3, 1, 1, keys));
    }

    @EngineTest
    void scoreBiasMatchesTorchsFloatMasks(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        try (TorchCase torch = new TorchCase(engine, "torch_mha/self_floatmask", closeness)) {
            NDArray query = torch.input("query");
            MultiHeadAttention attention = load(torch, query, query, false);
            NDArray bias = torch.tensor("mask.attn_float")
                    .reshape(1, 1, 6, 6)
                    .add(torch.tensor("mask.key_padding_float").reshape(3, 1, 1, 6));
            NDArrayOps ops = new NDArrayOps(torch.store(), true);
            AttentionMask<NDArray> mask = ops.scoreBiasMask(bias);
            torch.check(() -> {
                KeyValueCache<NDArray> memory = attention.project(ops, query, query, null);
                compareWeights(torch, attention.weights(ops, query, memory, AttentionContext.of(mask)));
                return attention.attend(ops, query, memory, AttentionContext.of(mask));
            });
        }
        closeness.verify("MultiHeadAttention with a score bias on " + engine);
    }

    @EngineTest
    void sequenceFirstInputsMatchTorchOnceTransposed(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        try (TorchCase torch = new TorchCase(engine, "torch_mha/seq_first", closeness)) {
            NDArray query = torch.input("query"); // (T, B, D)
            MultiHeadAttention attention = load(torch, query, query, false);
            NDArray keepMask = torch.keepMask("key_padding_bool", 3, 1, 1, 6);
            torch.check(() -> {
                NDArray x = query.transpose(1, 0, 2);
                NDList outputs = attention.forward(torch.store(), new NDList(x, x, x, keepMask), true);
                compareWeights(torch, outputs.get(1));
                return outputs.get(0).transpose(1, 0, 2);
            });
        }
        closeness.verify("MultiHeadAttention, sequence first, on " + engine);
    }

    private static MultiHeadAttention load(TorchCase torch, NDArray key, NDArray value, boolean plain) {
        int keySize = (int) key.getShape().get(2);
        int valueSize = (int) value.getShape().get(2);
        AttentionConfig config = new AttentionConfig(16, keySize, valueSize, 4, !plain, 0);
        return torch.load(MultiHeadAttention.withWeights(config), "");
    }

    /** Torch averages the weights of the heads unless told otherwise. */
    private static void compareWeights(TorchCase torch, NDArray weights) {
        boolean averaged = torch.tensor("attn_weights").getShape().dimension() == 3;
        torch.compare("attn_weights", averaged ? weights.mean(new int[] {1}) : weights);
    }
}

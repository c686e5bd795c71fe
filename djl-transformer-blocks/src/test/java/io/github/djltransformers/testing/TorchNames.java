package io.github.djltransformers.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** This library's names for the parameters of {@code torch.nn}'s transformer modules. */
final class TorchNames {
    private static final List<String> PARTS = List.of("query", "key", "value");

    private TorchNames() {}

    /**
     * Renames tensors, and cuts those that torch packs ({@code in_proj_weight} holds the rows of query, key and value).
     *
     * @param torch by names below one module
     */
    static Map<String, NDArray> translate(Map<String, NDArray> torch) {
        boolean decoder = torch.keySet().stream().anyMatch(name -> name.contains("multihead_attn."));
        Map<String, NDArray> named = new LinkedHashMap<>();
        torch.forEach((name, value) -> {
            int at = name.lastIndexOf("in_proj_");
            if (at >= 0) {
                NDList parts = value.split(3);
                for (int i = 0; i < parts.size(); i++) {
                    String part = PARTS.get(i) + "." + name.substring(at + "in_proj_".length());
                    named.put(module(name.substring(0, at), decoder) + part, parts.get(i));
                }
            } else {
                named.put(module(name, decoder), value);
            }
        });
        return named;
    }

    private static String module(String name, boolean decoder) {
        return name.replace("self_attn.", "self_attention.")
                .replace("multihead_attn.", "cross_attention.")
                .replace("out_proj.", "output.")
                .replace("q_proj_weight", "query.weight")
                .replace("k_proj_weight", "key.weight")
                .replace("v_proj_weight", "value.weight")
                .replace("linear1.", "feed_forward.inner.")
                .replace("linear2.", "feed_forward.outer.")
                .replace("norm1.", "self_attention_norm.")
                .replace("norm2.", decoder ? "cross_attention_norm." : "feed_forward_norm.")
                .replace("norm3.", "feed_forward_norm.");
    }
}

package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Family;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import java.util.Set;
import java.util.function.Predicate;

/** Phi 1, 1.5 and 2 (Li et al. 2023): rotary positions on a part of each head, both branches from one norm. */
public final class Phi implements Family {
    private static final String NAMES = """
            embedding.weight                    embed_tokens.weight
            layers.*.self_attention_norm        layers.*.input_layernorm
            layers.*.self_attention.query       layers.*.self_attn.q_proj
            layers.*.self_attention.key         layers.*.self_attn.k_proj
            layers.*.self_attention.value       layers.*.self_attn.v_proj
            layers.*.self_attention.output      layers.*.self_attn.dense
            layers.*.self_attention.query_norm  layers.*.self_attn.q_layernorm
            layers.*.self_attention.key_norm    layers.*.self_attn.k_layernorm
            layers.*.feed_forward.inner         layers.*.mlp.fc1
            layers.*.feed_forward.outer         layers.*.mlp.fc2
            norm                                final_layernorm
            output                              /lm_head
            -                                   /lm_head.bias
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("phi");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        int size = c.size("hidden_size");
        NormConfig norm = NormConfig.layer(c.number("layer_norm_eps", 1e-5));
        AttentionConfig plain = Decoders.attention(c, size);
        AttentionConfig attention = plain.withBias(true, true)
                .withRotary(Rotaries.of(c, plain.headSize(), null))
                .withQueryKeyNorm(c.flag("qk_layernorm", false) ? norm : null);
        float dropout = (float) c.number("resid_pdrop", 0);
        LayerConfig layer = new LayerConfig(
                size,
                attention,
                new FeedForwardConfig(
                        c.size("intermediate_size"), Activations.of(c, "hidden_act", "gelu_new"), false, true, 0),
                NormPlacement.PARALLEL_SHARED,
                norm,
                norm,
                dropout);
        EmbeddingConfig embedding = EmbeddingConfig.of(
                c.size("vocab_size"), size, 1, Decoders.rotated(c), (float) c.number("embd_pdrop", 0));
        StackConfig stack = StackConfig.of(layer, c.layers("num_hidden_layers"), norm);
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", false), true, 1, 0);
        NameTable names = NameTable.ofOneStack("model.", 1, NAMES, Decoders.HEAD_NAMES);
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }
}

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
import io.github.djltransformers.ops.AttentionSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Llama (Touvron et al. 2023; Grattafiori et al. 2024) and those that differ from it by biases, windows and norms of heads:
 * Mistral (Jiang et al. 2023), Qwen2 (Yang et al. 2024) and Qwen3 (Yang et al. 2025).
 */
public final class Llama implements Family {
    static final String NAMES = """
            embedding.weight                    embed_tokens.weight
            layers.*.self_attention_norm        layers.*.input_layernorm
            layers.*.self_attention.query       layers.*.self_attn.q_proj
            layers.*.self_attention.key         layers.*.self_attn.k_proj
            layers.*.self_attention.value       layers.*.self_attn.v_proj
            layers.*.self_attention.output      layers.*.self_attn.o_proj
            layers.*.self_attention.query_norm  layers.*.self_attn.q_norm
            layers.*.self_attention.key_norm    layers.*.self_attn.k_norm
            layers.*.feed_forward_norm          layers.*.post_attention_layernorm
            layers.*.feed_forward.gate          layers.*.mlp.gate_proj
            layers.*.feed_forward.inner         layers.*.mlp.up_proj
            layers.*.feed_forward.outer         layers.*.mlp.down_proj
            norm                                norm
            output                              /lm_head
            tags                                /score
            """;

    private static final int QWEN3_HEAD_SIZE = 128;

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama", "mistral", "qwen2", "qwen3");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        int size = c.size("hidden_size");
        NormConfig norm = NormConfig.rms(c.number("rms_norm_eps", 1e-6));
        EmbeddingConfig embedding = EmbeddingConfig.of(c.size("vocab_size"), size, 1, Decoders.rotated(c), 0);
        StackConfig stack = StackConfig.of(layers(c, size, norm), norm);
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", false), false, 1, 0);
        // Its own line for tags: the classes of tokens are called score here too.
        NameTable names = NameTable.ofOneStack(
                head == Head.QUESTION_ANSWERING ? "transformer." : "model.",
                1,
                Decoders.HEAD_NAMES.replace("tags                              /classifier", ""),
                NAMES,
                Decoders.tied(output, "embed_tokens.weight"));
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }

    private static List<LayerConfig> layers(CheckpointConfig c, int size, NormConfig norm)
            throws MalformedModelException {
        boolean qwen2 = c.modelType().equals("qwen2");
        boolean bias = c.flag("attention_bias", false);
        AttentionConfig plain = c.modelType().equals("qwen3")
                ? Decoders.attention(c, size, QWEN3_HEAD_SIZE)
                : Decoders.attention(c, size);
        AttentionConfig attention = plain.withBias(bias || qwen2, bias && !qwen2)
                .withRotary(Rotaries.of(c, plain.headSize(), null))
                .withQueryKeyNorm(c.modelType().equals("qwen3") ? norm : null);
        boolean mlpBias = c.flag("mlp_bias", false);
        FeedForwardConfig feedForward = new FeedForwardConfig(
                c.size("intermediate_size"), Activations.of(c, "hidden_act", "silu"), true, mlpBias, 0);
        List<LayerConfig> layers = new ArrayList<>();
        for (int i = 0; i < c.layers("num_hidden_layers"); i++) {
            AttentionConfig windowed = windowed(c, i)
                    ? attention.withSpan(AttentionSpan.causalWindow(c.size("sliding_window")))
                    : attention;
            layers.add(new LayerConfig(size, windowed, feedForward, NormPlacement.PRE, norm, norm, 0));
        }
        return layers;
    }

    /** Whether a layer sees a window: all of Mistral's do, of Qwen's those that its configuration names. */
    private static boolean windowed(CheckpointConfig c, int layer) throws MalformedModelException {
        if (!c.has("sliding_window") || c.modelType().equals("llama")) {
            return false;
        }
        if (c.modelType().equals("mistral")) {
            return true;
        }
        if (!c.flag("use_sliding_window", false)) {
            return false; // whatever else the file says of windows
        }
        List<String> kinds = c.texts("layer_types");
        return layer < kinds.size()
                ? kinds.get(layer).equals("sliding_attention")
                : layer >= c.integer("max_window_layers", 28);
    }
}

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
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.ScoreScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Gemma (Gemma Team 2024): Llama's layers with norms relative to one and scaled embeddings; and Gemma 2 (Gemma Team 2024),
 * with norms on both sides of branches, soft caps, and windows in every other layer.
 */
public final class Gemma implements Family {
    private static final String SECOND_NAMES = """
            layers.*.self_attention_norm_after  layers.*.post_attention_layernorm
            layers.*.feed_forward_norm          layers.*.pre_feedforward_layernorm
            layers.*.feed_forward_norm_after    layers.*.post_feedforward_layernorm
            """;

    private static final int HEAD_SIZE = 256;
    private static final String TANH = "gelu_pytorch_tanh";

    @Override
    public Set<String> modelTypes() {
        return Set.of("gemma", "gemma2");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        boolean second = c.modelType().equals("gemma2");
        int size = c.size("hidden_size");
        NormConfig norm = new NormConfig(NormKind.RMS_FROM_ONE, (float) c.number("rms_norm_eps", 1e-6), false);
        EmbeddingConfig embedding =
                EmbeddingConfig.of(c.size("vocab_size"), size, Math.sqrt(size), Decoders.rotated(c), 0);
        StackConfig stack = StackConfig.of(layers(c, size, norm, second), norm);
        float cap = second ? cap(c, "final_logit_softcapping", 30) : 0;
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", true), false, 1, cap);
        NameTable names = NameTable.ofOneStack(
                "model.",
                1,
                Decoders.HEAD_NAMES.replace("tags                              /classifier", ""),
                second ? SECOND_NAMES : "",
                second ? Llama.NAMES.replaceFirst(".*post_attention_layernorm\n", "") : Llama.NAMES,
                Decoders.tied(output, "embed_tokens.weight"));
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }

    private static List<LayerConfig> layers(CheckpointConfig c, int size, NormConfig norm, boolean second)
            throws MalformedModelException {
        boolean bias = c.flag("attention_bias", false);
        AttentionConfig plain = Decoders.attention(c, size, HEAD_SIZE).withBias(bias, bias);
        AttentionConfig attention =
                plain.withRotary(Rotaries.of(c, plain.headSize(), null)).withScale(second ? scale(c) : plain.scale());
        // The first files said gelu of models that were trained with its approximation.
        String named = c.text("hidden_act", TANH).replaceFirst("^gelu$", TANH);
        String activation = c.text("hidden_activation", named);
        FeedForwardConfig feedForward = new FeedForwardConfig(
                c.size("intermediate_size"), Activations.named(c, "hidden_activation", activation), true, false, 0);
        NormPlacement placement = second ? NormPlacement.SANDWICH : NormPlacement.PRE;
        List<String> kinds = c.texts("layer_types");
        List<LayerConfig> layers = new ArrayList<>();
        for (int i = 0; i < c.layers("num_hidden_layers"); i++) {
            boolean window = second && (i < kinds.size() ? kinds.get(i).equals("sliding_attention") : i % 2 == 0);
            AttentionConfig reaching =
                    window ? attention.withSpan(AttentionSpan.causalWindow(c.size("sliding_window", 4096))) : attention;
            layers.add(new LayerConfig(size, reaching, feedForward, placement, norm, norm, 0));
        }
        return layers;
    }

    private static ScoreScale scale(CheckpointConfig c) throws MalformedModelException {
        double factor = 1 / Math.sqrt(c.number("query_pre_attn_scalar", 256));
        return new ScoreScale((float) factor, cap(c, "attn_logit_softcapping", 50));
    }

    /** A cap, which null takes away. */
    private static float cap(CheckpointConfig c, String key, double usual) throws MalformedModelException {
        return (float) c.number(key, c.json().has(key) ? 0 : usual);
    }
}

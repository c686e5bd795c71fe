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
import io.github.djltransformers.ops.ScoreScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** GPT-2 (Radford et al. 2019): pre-norm layers and learned positions; matrices lie transposed. */
public final class Gpt2 implements Family {
    private static final String NAMES = """
            embedding.weight                  wte.weight
            embedding.positions               wpe
            layers.*.self_attention_norm      h.*.ln_1
            layers.*.self_attention.query     h.*.attn.c_attn  part 0 of 3 transposed
            layers.*.self_attention.key       h.*.attn.c_attn  part 1 of 3 transposed
            layers.*.self_attention.value     h.*.attn.c_attn  part 2 of 3 transposed
            layers.*.self_attention.output    h.*.attn.c_proj  transposed
            layers.*.feed_forward_norm        h.*.ln_2
            layers.*.feed_forward.inner       h.*.mlp.c_fc     transposed
            layers.*.feed_forward.outer       h.*.mlp.c_proj   transposed
            norm                              ln_f
            output.weight                     /lm_head.weight
            -                                 h.*.attn.bias
            -                                 h.*.attn.masked_bias
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("gpt2");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        if (c.flag("add_cross_attention", false)) {
            throw c.wrong("add_cross_attention", "false", true);
        }
        int size = c.size("n_embd");
        EmbeddingConfig embedding = EmbeddingConfig.of(
                c.size("vocab_size"), size, 1, Decoders.learned(c.size("n_positions", 1024), 0), (float)
                        c.number("embd_pdrop", 0.1));
        NormConfig norm = NormConfig.layer(c.number("layer_norm_epsilon", 1e-5));
        StackConfig stack = StackConfig.of(layers(c, size, norm), norm);
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", true), false, 1, 0);
        NameTable names = NameTable.ofOneStack(
                "transformer.", 1, NAMES, Decoders.HEAD_NAMES, Decoders.tied(output, "wte.weight"));
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }

    private static List<LayerConfig> layers(CheckpointConfig c, int size, NormConfig norm)
            throws MalformedModelException {
        AttentionConfig attention =
                AttentionConfig.of(size, c.size("n_head")).withDropout((float) c.number("attn_pdrop", 0.1));
        double factor = c.flag("scale_attn_weights", true) ? attention.scale().factor() : 1;
        FeedForwardConfig feedForward = new FeedForwardConfig(
                c.size("n_inner", 4 * size), Activations.of(c, "activation_function", "gelu_new"), false, true, 0);
        boolean byLayer = c.flag("scale_attn_by_inverse_layer_idx", false);
        float dropout = (float) c.number("resid_pdrop", 0.1);
        List<LayerConfig> layers = new ArrayList<>();
        for (int i = 0; i < c.layers("n_layer"); i++) {
            ScoreScale scale = ScoreScale.of(byLayer ? factor / (i + 1) : factor);
            layers.add(new LayerConfig(
                    size, attention.withScale(scale), feedForward, NormPlacement.PRE, norm, norm, dropout));
        }
        return layers;
    }
}

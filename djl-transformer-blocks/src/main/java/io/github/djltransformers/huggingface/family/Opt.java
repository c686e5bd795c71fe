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
import io.github.djltransformers.model.EmbeddingConfig.ProjectionPlacement;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import java.util.Set;
import java.util.function.Predicate;

/** OPT (Zhang et al. 2022): learned positions that begin at row 2, pre-norm or post-norm. */
public final class Opt implements Family {
    private static final String NAMES = """
            embedding.weight                  decoder.embed_tokens.weight
            embedding.positions               decoder.embed_positions
            embedding.projection              decoder.project_in
            layers.*.self_attention.query     decoder.layers.*.self_attn.q_proj
            layers.*.self_attention.key       decoder.layers.*.self_attn.k_proj
            layers.*.self_attention.value     decoder.layers.*.self_attn.v_proj
            layers.*.self_attention.output    decoder.layers.*.self_attn.out_proj
            layers.*.self_attention_norm      decoder.layers.*.self_attn_layer_norm
            layers.*.feed_forward.inner       decoder.layers.*.fc1
            layers.*.feed_forward.outer       decoder.layers.*.fc2
            layers.*.feed_forward_norm        decoder.layers.*.final_layer_norm
            norm                              decoder.final_layer_norm
            output.projection                 decoder.project_out
            output.weight                     /lm_head.weight
            """;

    /** Rows of the table before that of the first position. */
    private static final int OFFSET = 2;

    @Override
    public Set<String> modelTypes() {
        return Set.of("opt");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        if (!c.flag("layer_norm_elementwise_affine", true)) {
            throw c.wrong("layer_norm_elementwise_affine", "true", false);
        }
        int size = c.size("hidden_size");
        boolean before = c.flag("do_layer_norm_before", true);
        boolean bias = c.flag("enable_bias", true);
        float dropout = (float) c.number("dropout", 0.1);
        NormConfig norm = NormConfig.layer(1e-5);
        LayerConfig layer = new LayerConfig(
                size,
                AttentionConfig.of(size, c.size("num_attention_heads"))
                        .withBias(bias, bias)
                        .withDropout((float) c.number("attention_dropout", 0)),
                new FeedForwardConfig(
                        c.size("ffn_dim"), Activations.of(c, "activation_function", "relu"), false, bias, 0),
                before ? NormPlacement.PRE : NormPlacement.POST,
                norm,
                norm,
                dropout);
        EmbeddingConfig embedding = EmbeddingConfig.of(
                        c.size("vocab_size"),
                        size,
                        1,
                        Decoders.learned(c.size("max_position_embeddings", 2048), OFFSET),
                        0)
                .withProjection(c.size("word_embed_proj_dim", size), ProjectionPlacement.FIRST);
        boolean finalNorm = before && !c.flag("_remove_final_layer_norm", false);
        StackConfig stack = StackConfig.of(layer, c.layers("num_hidden_layers"), finalNorm ? norm : NormConfig.NONE);
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", true), false, 1, 0);
        NameTable names = NameTable.ofOneStack(
                "model.", 1, NAMES, Decoders.HEAD_NAMES, Decoders.tied(output, "decoder.embed_tokens.weight"));
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }
}

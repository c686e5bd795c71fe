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

/** GPT-NeoX (Black et al. 2022): rotary positions on a part of each head, parallel branches. */
public final class GptNeoX implements Family {
    private static final String NAMES = """
            embedding.weight                  embed_in.weight
            layers.*.self_attention_norm      layers.*.input_layernorm
            layers.*.self_attention.query     layers.*.attention.query_key_value  part 0 of 3 by heads
            layers.*.self_attention.key       layers.*.attention.query_key_value  part 1 of 3 by heads
            layers.*.self_attention.value     layers.*.attention.query_key_value  part 2 of 3 by heads
            layers.*.self_attention.output    layers.*.attention.dense
            layers.*.feed_forward_norm        layers.*.post_attention_layernorm
            layers.*.feed_forward.inner       layers.*.mlp.dense_h_to_4h
            layers.*.feed_forward.outer       layers.*.mlp.dense_4h_to_h
            norm                              final_layer_norm
            output.weight                     /embed_out.weight
            -                                 /embed_out.weight
            -                                 layers.*.attention.bias
            -                                 layers.*.attention.masked_bias
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("gpt_neox");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        int size = c.size("hidden_size");
        float dropout = (float) c.number("hidden_dropout", 0);
        NormConfig norm = NormConfig.layer(c.number("layer_norm_eps", 1e-5));
        boolean bias = c.flag("attention_bias", true);
        AttentionConfig plain = AttentionConfig.of(size, c.size("num_attention_heads"));
        AttentionConfig attention = plain.withBias(bias, bias)
                .withRotary(Rotaries.of(c, plain.headSize(), "rotary_pct"))
                .withDropout((float) c.number("attention_dropout", 0));
        LayerConfig layer = new LayerConfig(
                size,
                attention,
                new FeedForwardConfig(
                        c.size("intermediate_size"), Activations.of(c, "hidden_act", "gelu"), false, true, 0),
                c.flag("use_parallel_residual", true) ? NormPlacement.PARALLEL : NormPlacement.PRE,
                norm,
                norm,
                dropout);
        EmbeddingConfig embedding = EmbeddingConfig.of(c.size("vocab_size"), size, 1, Decoders.rotated(c), dropout);
        StackConfig stack = StackConfig.of(layer, c.layers("num_hidden_layers"), norm);
        OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", false), false, 1, 0);
        NameTable names = NameTable.ofOneStack("gpt_neox.", attention.heads(), NAMES, Decoders.HEAD_NAMES);
        return Decoders.blueprint(c, head, embedding, stack, output, names);
    }
}

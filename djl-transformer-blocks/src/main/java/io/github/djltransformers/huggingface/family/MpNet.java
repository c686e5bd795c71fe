package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Family;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.position.RelativeBiasConfig;
import java.util.Set;
import java.util.function.Predicate;

/** MPNet (Song et al. 2020): BERT's layers, a relative bias on scores, fairseq's positions and heads. */
public final class MpNet implements Family {
    private static final String NAMES = """
            layers.*.self_attention.query     encoder.layer.*.attention.attn.q
            layers.*.self_attention.key       encoder.layer.*.attention.attn.k
            layers.*.self_attention.value     encoder.layer.*.attention.attn.v
            layers.*.self_attention.output    encoder.layer.*.attention.attn.o
            layers.*.self_attention_norm      encoder.layer.*.attention.LayerNorm
            layers.*.feed_forward.inner       encoder.layer.*.intermediate.dense
            layers.*.feed_forward.outer       encoder.layer.*.output.dense
            layers.*.feed_forward_norm        encoder.layer.*.output.LayerNorm
            relative_bias                     encoder.relative_attention_bias
            """;

    /** The padding token, whatever a configuration says. */
    private static final int PADDING = 1;

    /** The buckets and their distance, whatever a configuration says. */
    private static final RelativeBiasConfig BIAS = new RelativeBiasConfig(RelativeBiasConfig.Kind.BUCKETS, 32, 128);

    @Override
    public Set<String> modelTypes() {
        return Set.of("mpnet");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        LayerConfig layer = Encoders.layer(c);
        NameTable names = NameTable.ofOneStack("mpnet.", 1, Encoders.EMBEDDING_NAMES, NAMES, Roberta.HEAD_NAMES);
        return Encoders.blueprint(
                Encoders.fairseqEmbedding(c, PADDING).withTokenTypes(0),
                Encoders.stack(c, layer).withRelativeBias(BIAS),
                Roberta.heads(c, head, layer, tensors),
                head,
                names);
    }
}

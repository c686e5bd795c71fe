package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the configurations of BERT and of those that followed it have in common. */
final class Encoders {
    /** Names that most of them share, under the layers' names of BERT. */
    static final String EMBEDDING_NAMES = """
            embedding.weight                  embeddings.word_embeddings.weight
            embedding.positions               embeddings.position_embeddings
            embedding.types                   embeddings.token_type_embeddings.weight
            embedding.norm                    embeddings.LayerNorm
            -                                 embeddings.position_ids
            -                                 embeddings.token_type_ids
            """;

    static final String LAYER_NAMES = """
            layers.*.self_attention.query     encoder.layer.*.attention.self.query
            layers.*.self_attention.key       encoder.layer.*.attention.self.key
            layers.*.self_attention.value     encoder.layer.*.attention.self.value
            layers.*.self_attention.output    encoder.layer.*.attention.output.dense
            layers.*.self_attention_norm      encoder.layer.*.attention.output.LayerNorm
            layers.*.feed_forward.inner       encoder.layer.*.intermediate.dense
            layers.*.feed_forward.outer       encoder.layer.*.output.dense
            layers.*.feed_forward_norm        encoder.layer.*.output.LayerNorm
            """;

    private Encoders() {}

    /** A post-norm layer with the keys of BERT. */
    static LayerConfig layer(CheckpointConfig c) throws MalformedModelException {
        int size = c.size("hidden_size");
        NormConfig norm = NormConfig.layer(c.number("layer_norm_eps", 1e-12));
        float dropout = (float) c.number("hidden_dropout_prob", 0.1);
        return new LayerConfig(
                size,
                AttentionConfig.of(size, c.size("num_attention_heads"))
                        .withDropout((float) c.number("attention_probs_dropout_prob", 0.1)),
                new FeedForwardConfig(
                        c.size("intermediate_size"), Activations.of(c, "hidden_act", "gelu"), false, true, 0),
                NormPlacement.POST,
                norm,
                norm,
                dropout);
    }

    /** Words, learned positions and types of token, normalised, with the keys of BERT. */
    static EmbeddingConfig embedding(CheckpointConfig c) throws MalformedModelException {
        requireAbsolute(c);
        return embedding(c, PositionConfig.of(PositionKind.LEARNED, c.size("max_position_embeddings", 512)));
    }

    /** The same, positions numbered past the padding token as in fairseq. */
    static EmbeddingConfig fairseqEmbedding(CheckpointConfig c, int paddingId) throws MalformedModelException {
        requireAbsolute(c);
        int rows = c.size("max_position_embeddings", 512);
        int offset = paddingId + 1;
        if (rows <= offset) {
            throw c.wrong("max_position_embeddings", "more than pad_token_id + 1 = " + offset, rows);
        }
        return embedding(
                c,
                new PositionConfig(
                        PositionKind.LEARNED, rows - offset, offset, PositionNumbering.NOT_PADDING, paddingId));
    }

    private static EmbeddingConfig embedding(CheckpointConfig c, PositionConfig positions)
            throws MalformedModelException {
        float dropout = (float) c.number("hidden_dropout_prob", 0.1);
        return EmbeddingConfig.of(c.size("vocab_size"), c.size("hidden_size"), 1, positions, dropout)
                .withTokenTypes(c.integer("type_vocab_size", 0))
                .withNorm(NormConfig.layer(c.number("layer_norm_eps", 1e-12)));
    }

    private static void requireAbsolute(CheckpointConfig c) throws MalformedModelException {
        String kind = c.text("position_embedding_type", "absolute");
        if (!kind.equals("absolute")) {
            throw c.wrong("position_embedding_type", "absolute", kind);
        }
        if (c.flag("is_decoder", false) || c.flag("add_cross_attention", false)) {
            throw c.malformed("is_decoder and add_cross_attention must be false, got a decoder");
        }
    }

    /** A stack of one kind of layer. */
    static StackConfig stack(CheckpointConfig c, LayerConfig layer) throws MalformedModelException {
        return StackConfig.of(layer, c.layers("num_hidden_layers"), NormConfig.NONE);
    }

    /** One head by name; hidden vectors are returned for a base model. */
    static Blueprint blueprint(
            EmbeddingConfig embedding, StackConfig stack, Map<String, HeadConfig> heads, Head head, NameTable names) {
        return new Blueprint(new HeadedEncoder(embedding, stack, heads, head == Head.BASE), names);
    }

    /** No head, one head, or several in order. */
    static Map<String, HeadConfig> heads(Object... namesAndHeads) {
        Map<String, HeadConfig> heads = new LinkedHashMap<>();
        for (int i = 0; i < namesAndHeads.length; i += 2) {
            if (namesAndHeads[i + 1] != null) {
                heads.put((String) namesAndHeads[i], (HeadConfig) namesAndHeads[i + 1]);
            }
        }
        return heads;
    }

    /** The error of a head that a family has not. */
    static MalformedModelException unknownHead(CheckpointConfig c) throws MalformedModelException {
        return c.wrong("architectures", "a class with a head that this family has here", c.architecture());
    }
}

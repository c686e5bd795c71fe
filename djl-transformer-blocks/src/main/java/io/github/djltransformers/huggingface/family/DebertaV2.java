package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.DisentangledConfig;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Family;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EmbeddingConfig.ProjectionPlacement;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.RelativeTableConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** DeBERTa v2 and v3 (He et al. 2021; 2023): attention to contents and to relative positions. */
public final class DebertaV2 implements Family {
    private static final String NAMES = """
            embedding.projection                    embeddings.embed_proj
            layers.*.self_attention.query           encoder.layer.*.attention.self.query_proj
            layers.*.self_attention.key             encoder.layer.*.attention.self.key_proj
            layers.*.self_attention.value           encoder.layer.*.attention.self.value_proj
            layers.*.self_attention.relative.query  encoder.layer.*.attention.self.pos_query_proj
            layers.*.self_attention.relative.key    encoder.layer.*.attention.self.pos_key_proj
            relative_table.weight                   encoder.rel_embeddings.weight
            relative_table.norm                     encoder.LayerNorm
            classifier.dense                        /pooler.dense
            classifier                              /classifier
            tags                                    /classifier
            answer                                  /qa_outputs
            -                                       /cls.*
            -                                       /lm_predictions.*
            -                                       /mask_predictions.*
            -                                       /pooler.*
            """;

    private static final String LEGACY_WORDS = """
            words.dense                             /cls.predictions.transform.dense
            words.norm                              /cls.predictions.transform.LayerNorm
            words.weight                            /cls.predictions.decoder.weight
            words.bias                              /cls.predictions.bias
            """;

    private static final String WORDS = """
            words.dense                             /lm_predictions.lm_head.dense
            words.norm                              /lm_predictions.lm_head.LayerNorm
            words.bias                              /lm_predictions.lm_head.bias
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("deberta-v2");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        if (c.integer("conv_kernel_size", 0) > 0) {
            throw c.wrong("conv_kernel_size", "absent or 0", c.integer("conv_kernel_size", 0));
        }
        if (!c.flag("relative_attention", false)) {
            throw c.wrong("relative_attention", "true", false);
        }
        LayerConfig plain = Encoders.layer(c);
        int length = c.size("max_position_embeddings", 512);
        int distance = c.integer("max_relative_positions", -1);
        int buckets = Math.max(0, c.integer("position_buckets", -1));
        NormConfig norm = c.texts("norm_rel_ebd").contains("layer_norm") ? plain.norm() : NormConfig.NONE;
        RelativeTableConfig table = new RelativeTableConfig(buckets, distance < 1 ? length : distance, norm);
        List<String> kinds = c.texts("pos_att_type");
        DisentangledConfig disentangled = new DisentangledConfig(
                table.reach(), kinds.contains("c2p"), kinds.contains("p2c"), !c.flag("share_att_key", false));
        LayerConfig layer = plain.withAttention(plain.attention()
                .withDisentangled(disentangled)
                .withScale(
                        ScoreScale.of(1 / Math.sqrt((double) plain.attention().headSize() * disentangled.terms()))));
        StackConfig stack = Encoders.stack(c, layer).withRelativeTable(table);
        boolean legacy = c.flag("legacy", true);
        NameTable names = NameTable.ofOneStack(
                "deberta.", 1, Encoders.EMBEDDING_NAMES, Encoders.LAYER_NAMES, NAMES, legacy ? LEGACY_WORDS : WORDS);
        return Encoders.blueprint(embedding(c, plain, length), stack, heads(c, head, plain), head, names);
    }

    private static EmbeddingConfig embedding(CheckpointConfig c, LayerConfig layer, int length)
            throws MalformedModelException {
        PositionKind kind = c.flag("position_biased_input", true) ? PositionKind.LEARNED : PositionKind.NONE;
        return EmbeddingConfig.of(
                        c.size("vocab_size"), layer.modelSize(), 1, PositionConfig.of(kind, length), layer.dropout())
                .withProjection(c.size("embedding_size", layer.modelSize()), ProjectionPlacement.BEFORE_NORM)
                .withTokenTypes(c.integer("type_vocab_size", 0))
                .withNorm(layer.norm())
                .withZeroedPadding();
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head, LayerConfig layer)
            throws MalformedModelException {
        int size = layer.modelSize();
        return switch (head) {
            case BASE -> Encoders.heads();
            case MASKED_LM ->
                Encoders.heads(
                        "words",
                        HeadConfig.words(
                                new DenseConfig(
                                        c.size("embedding_size", size),
                                        true,
                                        layer.feedForward().activation(),
                                        layer.norm()),
                                c.size("vocab_size"),
                                c.flag("tie_word_embeddings", true)));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(
                                Pooling.FIRST,
                                DenseConfig.of(
                                        c.size("pooler_hidden_size", size),
                                        Activations.of(c, "pooler_hidden_act", "gelu")),
                                c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("tags", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}

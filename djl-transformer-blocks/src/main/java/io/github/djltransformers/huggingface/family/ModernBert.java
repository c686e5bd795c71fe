package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Family;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.JointHead;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** ModernBERT (Warner et al. 2024): pre-norm, rotary positions, gated feed-forwards, and windows in most layers. */
public final class ModernBert implements Family {
    private static final String NAMES = """
            embedding.weight                  embeddings.tok_embeddings.weight
            embedding.norm                    embeddings.norm
            layers.*.self_attention_norm      layers.*.attn_norm
            layers.*.self_attention.query     layers.*.attn.Wqkv   part 0 of 3
            layers.*.self_attention.key       layers.*.attn.Wqkv   part 1 of 3
            layers.*.self_attention.value     layers.*.attn.Wqkv   part 2 of 3
            layers.*.self_attention.output    layers.*.attn.Wo
            layers.*.feed_forward_norm        layers.*.mlp_norm
            layers.*.feed_forward.gate        layers.*.mlp.Wi      part 0 of 2
            layers.*.feed_forward.inner       layers.*.mlp.Wi      part 1 of 2
            layers.*.feed_forward.outer       layers.*.mlp.Wo
            norm                              final_norm
            words.dense                       /head.dense
            words.norm                        /head.norm
            words.weight                      /decoder.weight
            words.bias                        /decoder.bias
            classifier.dense                  /head.dense
            classifier.norm                   /head.norm
            classifier                        /classifier
            heads.*.dense                     /heads.*.dense
            heads.*.norm                      /heads.*.norm
            heads.*                           /heads.*.classifier
            -                                 /head.*
            -                                 /decoder.*
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("modernbert");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        int size = c.size("hidden_size");
        NormConfig norm =
                new NormConfig(NormKind.LAYER, (float) c.number("norm_eps", 1e-5), c.flag("norm_bias", false));
        EmbeddingConfig embedding = EmbeddingConfig.of(
                        c.size("vocab_size"),
                        size,
                        1,
                        PositionConfig.of(PositionKind.NONE, c.size("max_position_embeddings", 8192)),
                        (float) c.number("embedding_dropout", 0))
                .withNorm(norm);
        StackConfig stack = StackConfig.of(layers(c, size, norm), norm);
        NameTable names = NameTable.ofOneStack("model.", 1, NAMES);
        return Encoders.blueprint(embedding, stack, heads(c, head, size, norm), head, names);
    }

    private static List<LayerConfig> layers(CheckpointConfig c, int size, NormConfig norm)
            throws MalformedModelException {
        boolean bias = c.flag("attention_bias", false);
        AttentionConfig attention = AttentionConfig.of(size, c.size("num_attention_heads"))
                .withBias(bias, bias)
                .withDropout((float) c.number("attention_dropout", 0));
        FeedForwardConfig feedForward = new FeedForwardConfig(
                c.size("intermediate_size"),
                Activations.of(c, "hidden_activation", "gelu"),
                true,
                c.flag("mlp_bias", false),
                (float) c.number("mlp_dropout", 0));
        int reach = c.size("local_attention", 128) / 2;
        AttentionConfig everywhere = attention.withRotary(rotary(c, attention.headSize(), "full_attention", "global"));
        AttentionConfig near = attention
                .withSpan(new AttentionSpan(reach, reach))
                .withRotary(rotary(c, attention.headSize(), "sliding_attention", "local"));
        List<String> kinds = c.texts("layer_types");
        int every = c.size("global_attn_every_n_layers", 3);
        List<LayerConfig> layers = new ArrayList<>();
        for (int i = 0; i < c.layers("num_hidden_layers"); i++) {
            boolean full = i < kinds.size() ? kinds.get(i).equals("full_attention") : i % every == 0;
            layers.add(new LayerConfig(
                    size,
                    full ? everywhere : near,
                    feedForward,
                    NormPlacement.PRE,
                    norm,
                    i == 0 ? NormConfig.NONE : norm,
                    0));
        }
        return layers;
    }

    private static RotaryConfig rotary(CheckpointConfig c, int headSize, String kind, String prefix)
            throws MalformedModelException {
        CheckpointConfig parameters = c.object("rope_parameters");
        CheckpointConfig own = parameters == null ? null : parameters.object(kind);
        if (own != null) {
            return Rotaries.of(c, headSize, own.number("rope_theta"), own);
        }
        double global = c.number("global_rope_theta", 160000);
        return new RotaryConfig(headSize, c.number(prefix + "_rope_theta", global), null);
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head, int size, NormConfig norm)
            throws MalformedModelException {
        DenseConfig dense = new DenseConfig(
                size, c.flag("classifier_bias", false), Activations.of(c, "classifier_activation", "gelu"), norm);
        return switch (head) {
            case BASE -> Encoders.heads();
            case MASKED_LM ->
                Encoders.heads(
                        "words",
                        HeadConfig.tokens(
                                dense,
                                new HeadConfig.Output(
                                        c.size("vocab_size"),
                                        c.flag("decoder_bias", true),
                                        c.flag("tie_word_embeddings", true),
                                        false)));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(pooling(c), dense, c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.tokens(
                                dense, new HeadConfig.Output(c.labels().size(), true, false, false)));
            case JOINT_CLASSIFICATION -> {
                Pooling pooling = pooling(c);
                Map<String, HeadConfig> joint = new LinkedHashMap<>();
                for (JointHead each : JointHead.of(c)) {
                    HeadConfig.Output output =
                            new HeadConfig.Output(each.labels().size(), true, false, false);
                    joint.put(
                            "heads." + joint.size(),
                            new HeadConfig(each.ofTokens() ? Pooling.NONE : pooling, -1, dense, output));
                }
                yield joint;
            }
            case QUESTION_ANSWERING ->
                Encoders.heads("classifier", HeadConfig.tokens(dense, new HeadConfig.Output(2, true, false, true)));
            default -> throw Encoders.unknownHead(c);
        };
    }

    private static Pooling pooling(CheckpointConfig c) throws MalformedModelException {
        String pooling = c.text("classifier_pooling", "cls");
        if (!pooling.equals("cls") && !pooling.equals("mean")) {
            throw c.wrong("classifier_pooling", "cls or mean", pooling);
        }
        return pooling.equals("cls") ? Pooling.FIRST : Pooling.MEAN;
    }
}

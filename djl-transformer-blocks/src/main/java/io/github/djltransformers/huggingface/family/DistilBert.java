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
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** DistilBERT (Sanh et al. 2019): BERT without types of token and without a pooler. */
public final class DistilBert implements Family {
    private static final String NAMES = """
            layers.*.self_attention.query     transformer.layer.*.attention.q_lin
            layers.*.self_attention.key       transformer.layer.*.attention.k_lin
            layers.*.self_attention.value     transformer.layer.*.attention.v_lin
            layers.*.self_attention.output    transformer.layer.*.attention.out_lin
            layers.*.self_attention_norm      transformer.layer.*.sa_layer_norm
            layers.*.feed_forward.inner       transformer.layer.*.ffn.lin1
            layers.*.feed_forward.outer       transformer.layer.*.ffn.lin2
            layers.*.feed_forward_norm        transformer.layer.*.output_layer_norm
            words.dense                       /vocab_transform
            words.norm                        /vocab_layer_norm
            words.weight                      /vocab_projector.weight
            words.bias                        /vocab_projector.bias
            classifier.dense                  /pre_classifier
            classifier                        /classifier
            answer                            /qa_outputs
            -                                 /vocab_*
            """;

    private static final NormConfig NORM = NormConfig.layer(1e-12);

    @Override
    public Set<String> modelTypes() {
        return Set.of("distilbert");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        int size = c.size("dim");
        float dropout = (float) c.number("dropout", 0.1);
        ActivationFunction activation = Activations.of(c, "activation", "gelu");
        LayerConfig layer = new LayerConfig(
                size,
                AttentionConfig.of(size, c.size("n_heads")).withDropout((float) c.number("attention_dropout", 0.1)),
                new FeedForwardConfig(c.size("hidden_dim"), activation, false, true, 0),
                NormPlacement.POST,
                NORM,
                NORM,
                dropout);
        EmbeddingConfig embedding = EmbeddingConfig.of(
                        c.size("vocab_size"),
                        size,
                        1,
                        PositionConfig.of(PositionKind.LEARNED, c.size("max_position_embeddings", 512)),
                        dropout)
                .withNorm(NORM);
        StackConfig stack = StackConfig.of(layer, c.layers("n_layers"), NormConfig.NONE);
        NameTable names = NameTable.ofOneStack("distilbert.", 1, Encoders.EMBEDDING_NAMES, NAMES);
        return Encoders.blueprint(embedding, stack, heads(c, head, size, activation), head, names);
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head, int size, ActivationFunction activation)
            throws MalformedModelException {
        return switch (head) {
            case BASE -> Encoders.heads();
            case MASKED_LM ->
                Encoders.heads(
                        "words",
                        HeadConfig.words(
                                new DenseConfig(size, true, activation, NORM),
                                c.size("vocab_size"),
                                c.flag("tie_word_embeddings", true)));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(
                                Pooling.FIRST,
                                DenseConfig.of(size, ActivationFunction.RELU),
                                c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("classifier", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}

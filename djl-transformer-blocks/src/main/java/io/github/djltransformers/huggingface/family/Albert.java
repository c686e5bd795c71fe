package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
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
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** ALBERT (Lan et al. 2020): BERT with smaller embeddings and layers that share their parameters. */
public final class Albert implements Family {
    private static final String NAMES = """
            embedding.projection              encoder.embedding_hidden_mapping_in
            layers.*.self_attention.query     encoder.albert_layer_groups.*.albert_layers.0.attention.query
            layers.*.self_attention.key       encoder.albert_layer_groups.*.albert_layers.0.attention.key
            layers.*.self_attention.value     encoder.albert_layer_groups.*.albert_layers.0.attention.value
            layers.*.self_attention.output    encoder.albert_layer_groups.*.albert_layers.0.attention.dense
            layers.*.self_attention_norm      encoder.albert_layer_groups.*.albert_layers.0.attention.LayerNorm
            layers.*.feed_forward.inner       encoder.albert_layer_groups.*.albert_layers.0.ffn
            layers.*.feed_forward.outer       encoder.albert_layer_groups.*.albert_layers.0.ffn_output
            layers.*.feed_forward_norm        encoder.albert_layer_groups.*.albert_layers.0.full_layer_layer_norm
            pooler.dense                      pooler
            words.dense                       /predictions.dense
            words.norm                        /predictions.LayerNorm
            words.weight                      /predictions.decoder.weight
            words.bias                        /predictions.bias
            sentences.dense                   pooler
            sentences                         /sop_classifier.classifier
            classifier.dense                  pooler
            classifier                        /classifier
            answer                            /qa_outputs
            -                                 /predictions.*
            -                                 /sop_classifier.*
            -                                 pooler.*
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("albert");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        if (c.integer("inner_group_num", 1) != 1) {
            throw c.wrong("inner_group_num", "1", c.integer("inner_group_num", 1));
        }
        LayerConfig layer = Encoders.layer(c);
        int size = c.size("embedding_size", 128);
        EmbeddingConfig embedding = Encoders.embedding(c).withProjection(size, ProjectionPlacement.LAST);
        StackConfig stack = new StackConfig(
                Collections.nCopies(c.layers("num_hidden_groups"), layer),
                c.layers("num_hidden_layers"),
                NormConfig.NONE,
                null,
                null);
        NameTable names = NameTable.ofOneStack("albert.", 1, Encoders.EMBEDDING_NAMES, NAMES);
        return Encoders.blueprint(embedding, stack, heads(c, head, layer, size, tensors), head, names);
    }

    private static Map<String, HeadConfig> heads(
            CheckpointConfig c, Head head, LayerConfig layer, int embeddingSize, Predicate<String> tensors)
            throws MalformedModelException {
        DenseConfig pooler = DenseConfig.of(layer.modelSize(), ActivationFunction.TANH);
        HeadConfig words = HeadConfig.words(
                new DenseConfig(embeddingSize, true, layer.feedForward().activation(), layer.norm()),
                c.size("vocab_size"),
                c.flag("tie_word_embeddings", true));
        return switch (head) {
            case BASE -> Encoders.heads("pooler", tensors.test("pooler.weight") ? HeadConfig.pooler(pooler) : null);
            case MASKED_LM -> Encoders.heads("words", words);
            case PRETRAINING ->
                Encoders.heads("words", words, "sentences", HeadConfig.classes(Pooling.FIRST, pooler, 2));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(Pooling.FIRST, pooler, c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("classifier", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}

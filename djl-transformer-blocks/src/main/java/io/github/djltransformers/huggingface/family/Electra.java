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
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** ELECTRA (Clark et al. 2020): BERT with smaller embeddings; a discriminator tells replaced tokens. */
public final class Electra implements Family {
    private static final String NAMES = """
            embedding.projection              embeddings_project
            words.dense                       /generator_predictions.dense
            words.norm                        /generator_predictions.LayerNorm
            words.weight                      /generator_lm_head.weight
            words.bias                        /generator_lm_head.bias
            replaced.dense                    /discriminator_predictions.dense
            replaced                          /discriminator_predictions.dense_prediction
            classifier.dense                  /classifier.dense
            classifier                        /classifier.out_proj
            tags                              /classifier
            answer                            /qa_outputs
            -                                 /generator_*
            -                                 /discriminator_*
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("electra");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        LayerConfig layer = Encoders.layer(c);
        int size = c.size("embedding_size", 128);
        EmbeddingConfig embedding = Encoders.embedding(c).withProjection(size, ProjectionPlacement.LAST);
        NameTable names = NameTable.ofOneStack("electra.", 1, Encoders.EMBEDDING_NAMES, Encoders.LAYER_NAMES, NAMES);
        return Encoders.blueprint(embedding, Encoders.stack(c, layer), heads(c, head, layer, size), head, names);
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head, LayerConfig layer, int embeddingSize)
            throws MalformedModelException {
        int size = layer.modelSize();
        return switch (head) {
            case BASE -> Encoders.heads();
            case MASKED_LM ->
                Encoders.heads(
                        "words",
                        HeadConfig.words(
                                new DenseConfig(embeddingSize, true, ActivationFunction.GELU, layer.norm()),
                                c.size("vocab_size"),
                                c.flag("tie_word_embeddings", true)));
            case DISCRIMINATOR ->
                Encoders.heads(
                        "replaced",
                        HeadConfig.tokens(
                                DenseConfig.of(size, layer.feedForward().activation()),
                                new HeadConfig.Output(1, true, false, true)));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(
                                Pooling.FIRST,
                                DenseConfig.of(size, ActivationFunction.GELU),
                                c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("tags", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}

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
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** RoBERTa (Liu et al. 2019) and XLM-RoBERTa (Conneau et al. 2020): BERT's layers, fairseq's positions and heads. */
public final class Roberta implements Family {
    /** The heads of fairseq, which MPNet has too. */
    static final String HEAD_NAMES = """
            pooler                            pooler
            words.dense                       /lm_head.dense
            words.norm                        /lm_head.layer_norm
            words.weight                      /lm_head.decoder.weight
            words.bias                        /lm_head.bias
            classifier.dense                  /classifier.dense
            classifier                        /classifier.out_proj
            tags                              /classifier
            answer                            /qa_outputs
            -                                 /lm_head.*
            -                                 pooler.*
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("roberta", "xlm-roberta", "camembert");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        LayerConfig layer = Encoders.layer(c);
        NameTable names =
                NameTable.ofOneStack("roberta.", 1, Encoders.EMBEDDING_NAMES, Encoders.LAYER_NAMES, HEAD_NAMES);
        return Encoders.blueprint(
                Encoders.fairseqEmbedding(c, c.integer("pad_token_id", 1)),
                Encoders.stack(c, layer),
                heads(c, head, layer, tensors),
                head,
                names);
    }

    /** The heads of fairseq. */
    static Map<String, HeadConfig> heads(CheckpointConfig c, Head head, LayerConfig layer, Predicate<String> tensors)
            throws MalformedModelException {
        int size = layer.modelSize();
        DenseConfig dense = DenseConfig.of(size, ActivationFunction.TANH);
        return switch (head) {
            case BASE ->
                Encoders.heads("pooler", tensors.test("pooler.dense.weight") ? HeadConfig.pooler(dense) : null);
            case MASKED_LM ->
                Encoders.heads(
                        "words",
                        HeadConfig.words(
                                new DenseConfig(size, true, ActivationFunction.GELU, layer.norm()),
                                c.size("vocab_size"),
                                c.flag("tie_word_embeddings", true)));
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        HeadConfig.classes(Pooling.FIRST, dense, c.labels().size()));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("tags", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}

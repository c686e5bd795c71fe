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

/** BERT (Devlin et al. 2019). */
public final class Bert implements Family {
    private static final String NAMES = """
            pooler                            pooler
            words.dense                       /cls.predictions.transform.dense
            words.norm                        /cls.predictions.transform.LayerNorm
            words.weight                      /cls.predictions.decoder.weight
            words.bias                        /cls.predictions.bias
            sentences.dense                   pooler.dense
            sentences                         /cls.seq_relationship
            classifier.dense                  pooler.dense
            classifier                        /classifier
            answer                            /qa_outputs
            -                                 /cls.*
            -                                 pooler.*
            """;

    @Override
    public Set<String> modelTypes() {
        return Set.of("bert");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        LayerConfig layer = Encoders.layer(c);
        NameTable names = NameTable.ofOneStack("bert.", 1, Encoders.EMBEDDING_NAMES, Encoders.LAYER_NAMES, NAMES);
        return Encoders.blueprint(
                Encoders.embedding(c), Encoders.stack(c, layer), heads(c, head, layer, tensors), head, names);
    }

    private static Map<String, HeadConfig> heads(
            CheckpointConfig c, Head head, LayerConfig layer, Predicate<String> tensors)
            throws MalformedModelException {
        int size = layer.modelSize();
        DenseConfig pooler = DenseConfig.of(size, ActivationFunction.TANH);
        HeadConfig words = HeadConfig.words(
                new DenseConfig(size, true, layer.feedForward().activation(), layer.norm()),
                c.size("vocab_size"),
                c.flag("tie_word_embeddings", true));
        return switch (head) {
            case BASE ->
                Encoders.heads("pooler", tensors.test("pooler.dense.weight") ? HeadConfig.pooler(pooler) : null);
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

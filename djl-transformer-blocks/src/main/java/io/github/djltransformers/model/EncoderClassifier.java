package io.github.djltransformers.model;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * An encoder with a classification head on its first token, as BERT reads {@code [CLS]} (Devlin et al. 2019, section 4.1).
 *
 * <p>Inputs: ids (B, T) INT64; keepMask (1|B, 1, 1, T) BOOLEAN. Output: logits (B, classes). Children {@code embedding},
 * {@code encoder}, {@code head}.
 */
public final class EncoderClassifier extends TransformerBlock {
    private final TransformerConfig config;
    private final InputEmbedding embedding;
    private final TransformerStack encoder;
    private final Projection head;

    /**
     * @param config only its encoder is used
     * @param classes number of classes
     */
    @SuppressWarnings("this-escape")
    public EncoderClassifier(TransformerConfig config, int classes) {
        if (config.encoderLayers() == 0) {
            throw new IllegalArgumentException("EncoderClassifier: encoderLayers must be positive, got 0");
        }
        if (classes < 1) {
            throw new IllegalArgumentException("EncoderClassifier: classes must be positive, got " + classes);
        }
        this.config = config;
        embedding = addChildBlock("embedding", new InputEmbedding(config.embedding()));
        encoder = addChildBlock("encoder", new TransformerStack(config.encoder()));
        head = addChildBlock("head", new Projection(config.modelSize(), classes, true));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T ids = inputs.get(0);
        T keepMask = inputs.get(1);
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", "T")
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", 1, 1, "T");
        TokenPositions<T> places = embedding.number(ops, ids, keepMask, null);
        T x = embedding.apply(ops, ids, keepMask, null, places);
        T encoded =
                encoder.step(ops, x, new StackInput<>(null, keepMask, places)).output();
        T first = ops.dropout(ops.token(encoded, 0), config.embedding().dropout());
        return List.of(head.apply(ops, first));
    }

    @Override
    public List<String> inputs() {
        return List.of("ids", "keepMask");
    }
}

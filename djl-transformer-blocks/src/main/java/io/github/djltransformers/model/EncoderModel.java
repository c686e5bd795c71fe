package io.github.djltransformers.model;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.ArrayList;
import java.util.List;

/**
 * An embedding and one stack: what heads stand on. With causal spans it is a decoder-only model without its output.
 *
 * <p>Inputs: ids (B, T) INT64; keepMask (B, 1, 1, T) BOOLEAN, optional; where there are types of token tokenTypes (B, T)
 * INT64, optional. Output (B, T, D). Children {@code embedding}, {@code encoder}.
 */
public final class EncoderModel extends TransformerBlock {
    private final InputEmbedding embedding;
    private final TransformerStack encoder;
    private final int modelSize;
    private final boolean typed;

    @SuppressWarnings("this-escape")
    public EncoderModel(EmbeddingConfig tokens, StackConfig stack) {
        embedding = addChildBlock("embedding", new InputEmbedding(tokens));
        encoder = addChildBlock("encoder", new TransformerStack(stack));
        modelSize = stack.modelSize();
        typed = tokens.tokenTypes() > 0;
    }

    /** The size of the vectors. */
    public int modelSize() {
        return modelSize;
    }

    /** The greatest number of tokens of a text. */
    public int maxLength() {
        return embedding.maxLength();
    }

    /** The embedding, whose table a head may use. */
    public InputEmbedding embedding() {
        return embedding;
    }

    /**
     * @param ids (B, T)
     * @param keep (B, 1, 1, T) or null
     * @param tokenTypes (B, T) or null
     * @return (B, T, D)
     */
    public <T> T apply(TensorOps<T> ops, T ids, T keep, T tokenTypes) {
        TokenPositions<T> positions = embedding.number(ops, ids, keep, null);
        T x = embedding.apply(ops, ids, keep, tokenTypes, positions);
        return encoder.step(ops, x, new StackInput<>(null, keep, positions)).output();
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T ids = inputs.get(0);
        T keep = optional(inputs, 1);
        T tokenTypes = optional(inputs, 2);
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", "T")
                .expect("keepMask", keep, Kind.BOOLEAN, "B", 1, 1, "T")
                .expect("tokenTypes", tokenTypes, Kind.INTEGER, "B", "T");
        return List.of(apply(ops, ids, keep, tokenTypes));
    }

    @Override
    public List<String> inputs() {
        List<String> names = new ArrayList<>(List.of("ids", "keepMask?"));
        if (typed) {
            names.add("tokenTypes?");
        }
        return names;
    }
}

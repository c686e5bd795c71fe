package io.github.djltransformers.head;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One stack with heads: an encoder, or with causal spans a decoder-only model that does not write.
 *
 * <p>Inputs as {@link EncoderModel}. Outputs: the stack's (B, T, D) where it is asked for, then those of each head. Children
 * {@code body}, and the heads under their names.
 */
public final class HeadedEncoder extends TransformerBlock {
    private final EncoderModel body;
    private final boolean returnsHidden;
    private final List<OutputHead> heads = new ArrayList<>();
    private final List<String> headNames;

    /**
     * @param heads by name, in the order of their outputs
     * @param returnsHidden whether the stack's vectors are an output too
     */
    @SuppressWarnings("this-escape")
    public HeadedEncoder(
            EmbeddingConfig tokens, StackConfig stack, Map<String, HeadConfig> heads, boolean returnsHidden) {
        if (heads.isEmpty() && !returnsHidden) {
            throw new IllegalArgumentException(
                    "HeadedEncoder: heads must be given where hidden vectors are not returned," + " got none");
        }
        body = addChildBlock("body", new EncoderModel(tokens, stack));
        this.returnsHidden = returnsHidden;
        headNames = List.copyOf(heads.keySet());
        heads.forEach((name, head) ->
                this.heads.add(addChildBlock(name, new OutputHead(head, stack.modelSize(), body.embedding()))));
    }

    /** The model under the heads. */
    public EncoderModel body() {
        return body;
    }

    /**
     * The names of the outputs, in order, as models of Hugging Face have them: {@code last_hidden_state}, and those of the heads; of
     * several heads with the head's own name and a dot before them.
     */
    public List<String> outputs() {
        List<String> names = new ArrayList<>();
        if (returnsHidden) {
            names.add("last_hidden_state");
        }
        for (int i = 0; i < heads.size(); i++) {
            String prefix = heads.size() == 1 ? "" : headNames.get(i) + ".";
            heads.get(i).outputs().forEach(output -> names.add(prefix + output));
        }
        return names;
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T ids = inputs.get(0);
        T keep = optional(inputs, 1);
        T types = optional(inputs, 2);
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", "T")
                .expect("keepMask", keep, Kind.BOOLEAN, "B", 1, 1, "T")
                .expect("tokenTypes", types, Kind.INTEGER, "B", "T");
        T hidden = body.apply(ops, ids, keep, types);
        List<T> outputs = new ArrayList<>();
        if (returnsHidden) {
            outputs.add(hidden);
        }
        heads.forEach(head -> outputs.addAll(head.apply(ops, hidden, ids, keep)));
        return outputs;
    }

    @Override
    public List<String> inputs() {
        return body.inputs();
    }
}

package io.github.djltransformers.head;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An encoder and a decoder with heads on the decoder.
 *
 * <p>Inputs: sourceIds (B, S) INT64; sourceKeepMask (B, 1, 1, S) BOOLEAN; targetIds (B, T) INT64; targetKeepMask (B, 1, 1, T)
 * BOOLEAN, optional. Outputs: the decoder's (B, T, D) and the encoder's (B, S, D) where they are asked for, then those of
 * each head, which pool by the source's ids. Children {@code body}, and the heads under their names.
 */
public final class HeadedEncoderDecoder extends TransformerBlock {
    private final EncoderDecoderTransformer body;
    private final boolean returnsHidden;
    private final List<OutputHead> heads = new ArrayList<>();

    /**
     * @param config its output must be tied and without a bias, so that it adds no parameters
     * @param heads by name, in the order of their outputs
     * @param returnsHidden whether the stacks' vectors are outputs too
     */
    @SuppressWarnings("this-escape")
    public HeadedEncoderDecoder(TransformerConfig config, Map<String, HeadConfig> heads, boolean returnsHidden) {
        body = addChildBlock("body", new EncoderDecoderTransformer(config));
        this.returnsHidden = returnsHidden;
        heads.forEach((name, head) -> this.heads.add(
                addChildBlock(name, new OutputHead(head, config.decoder().modelSize(), body.targetEmbedding()))));
    }

    /** The model under the heads. */
    public EncoderDecoderTransformer body() {
        return body;
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T sourceIds = inputs.get(0);
        T sourceKeepMask = inputs.get(1);
        T targetIds = inputs.get(2);
        T targetKeepMask = optional(inputs, 3);
        ops.check(name())
                .expect("sourceIds", sourceIds, Kind.INTEGER, "B", "S")
                .expect("sourceKeepMask", sourceKeepMask, Kind.BOOLEAN, "B", 1, 1, "S")
                .expect("targetIds", targetIds, Kind.INTEGER, "B", "T")
                .expect("targetKeepMask", targetKeepMask, Kind.BOOLEAN, "B", 1, 1, "T");
        T memory = body.read(ops, sourceIds, sourceKeepMask);
        T hidden = body.hidden(
                ops, targetIds, body.remember(ops, memory, sourceKeepMask).withKeep(targetKeepMask));
        List<T> outputs = new ArrayList<>();
        if (returnsHidden) {
            outputs.add(hidden);
            outputs.add(memory);
        }
        heads.forEach(head -> outputs.addAll(head.apply(ops, hidden, sourceIds, sourceKeepMask)));
        return outputs;
    }

    @Override
    public List<String> inputs() {
        return List.of("sourceIds", "sourceKeepMask", "targetIds", "targetKeepMask?");
    }
}

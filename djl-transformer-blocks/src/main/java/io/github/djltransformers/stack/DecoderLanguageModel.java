package io.github.djltransformers.stack;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.TokenEmbedding;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.Positions;
import java.util.List;

/**
 * A decoder-only language model: causal self-attention layers without an encoder (Radford et al. 2018), the output
 * projection tied to the embedding.
 *
 * <p>Input ids (B, T) INT64; output logits (B, T, V), at t those of token t + 1. Children {@code embedding},
 * {@code positions}, {@code decoder}.
 */
public final class DecoderLanguageModel extends TransformerBlock implements GenerativeModel {
    private final TransformerConfig config;
    private final TokenEmbedding embedding;
    private final Positions positions;
    private final Encoder decoder;

    /**
     * @param config only its decoder is used
     */
    @SuppressWarnings("this-escape")
    public DecoderLanguageModel(TransformerConfig config) {
        if (config.decoderLayers() == 0) {
            throw new IllegalArgumentException("DecoderLanguageModel: decoderLayers must be positive, got 0");
        }
        this.config = config;
        int size = config.layer().modelSize();
        embedding = addChildBlock("embedding", new TokenEmbedding(config.vocabularySize(), size));
        positions = addChildBlock("positions", new Positions(config.positions(), config.maxLength(), size));
        decoder = addChildBlock("decoder", new Encoder(config.layer(), config.decoderLayers(), config.finalNorm()));
    }

    @Override
    public TransformerConfig config() {
        return config;
    }

    /**
     * Reads tokens.
     *
     * @param ids (B, T); a single column when the state already has tokens
     * @param state {@link DecoderState#empty} or that of the step before
     */
    @Override
    public <T> DecoderOutput<T> decode(TensorOps<T> ops, T ids, DecoderState<T> state) {
        List<KeyValueCache<T>> past = state.past();
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", past == null ? "T" : 1)
                .expect("state's past", past == null ? null : past.get(0).keys(), Kind.FLOAT, "B", "H", "S", "Dh");
        T embedded = positions.apply(ops, embedding.apply(ops, ids), past == null ? null : past.get(0));
        T x = ops.dropout(embedded, config.layer().dropout());
        AttentionMask<T> mask = past == null ? ops.causalMask(null, x) : null;
        StackStep<T> step = decoder.step(ops, x, past, mask);
        return new DecoderOutput<>(embedding.logits(ops, step.output()), state.grown(step.caches()));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        return List.of(decode(ops, inputs.get(0), DecoderState.empty()).logits());
    }

    @Override
    public List<String> inputs() {
        return List.of("ids");
    }
}

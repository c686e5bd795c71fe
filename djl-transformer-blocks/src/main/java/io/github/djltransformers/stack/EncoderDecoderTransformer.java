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
 * The transformer of Vaswani et al. 2017 (figure 1): one embedding matrix for source, target and output (section 3.4),
 * positions, encoder and decoder.
 *
 * <p>Inputs: sourceIds (B, S) INT64; sourceKeepMask (B, 1, 1, S) BOOLEAN, true at tokens and false at padding; targetIds
 * (B, T) INT64, beginning with the start token. Output: logits (B, T, V), at t those of token t + 1. Target padding needs
 * no mask: it follows the tokens, which causal attention keeps from seeing it.
 *
 * <p>Children {@code embedding}, {@code positions}, {@code encoder}, {@code decoder}.
 */
public final class EncoderDecoderTransformer extends TransformerBlock implements GenerativeModel {
    private final TransformerConfig config;
    private final TokenEmbedding embedding;
    private final Positions positions;
    private final Encoder encoder;
    private final Decoder decoder;

    @SuppressWarnings("this-escape")
    public EncoderDecoderTransformer(TransformerConfig config) {
        if (config.encoderLayers() == 0 || config.decoderLayers() == 0) {
            throw new IllegalArgumentException("EncoderDecoderTransformer: encoderLayers and decoderLayers must be"
                    + " positive, got " + config.encoderLayers() + " and " + config.decoderLayers());
        }
        this.config = config;
        int size = config.layer().modelSize();
        embedding = addChildBlock("embedding", new TokenEmbedding(config.vocabularySize(), size));
        positions = addChildBlock("positions", new Positions(config.positions(), config.maxLength(), size));
        encoder = addChildBlock("encoder", new Encoder(config.layer(), config.encoderLayers(), config.finalNorm()));
        decoder = addChildBlock("decoder", new Decoder(config.layer(), config.decoderLayers(), config.finalNorm()));
    }

    @Override
    public TransformerConfig config() {
        return config;
    }

    /**
     * Reads the source.
     *
     * @param sourceIds (B, S)
     * @param sourceKeepMask (B, 1, 1, S), or null when nothing is padded
     * @return the state from which decoding begins
     */
    public <T> DecoderState<T> encode(TensorOps<T> ops, T sourceIds, T sourceKeepMask) {
        ops.check(name())
                .expect("sourceIds", sourceIds, Kind.INTEGER, "B", "S")
                .expect("sourceKeepMask", sourceKeepMask, Kind.BOOLEAN, "B", 1, 1, "S");
        T x = embed(ops, sourceIds, null);
        AttentionMask<T> mask = ops.attentionMask(sourceKeepMask, x);
        T memory = encoder.apply(ops, x, mask); // (B, S, D)
        return new DecoderState<>(null, decoder.projectMemory(ops, memory), mask);
    }

    /**
     * Reads target tokens.
     *
     * @param targetIds (B, T), the start token at the beginning; a single column when the state already has tokens
     * @param state from {@link #encode} or the step before
     */
    @Override
    public <T> DecoderOutput<T> decode(TensorOps<T> ops, T targetIds, DecoderState<T> state) {
        List<KeyValueCache<T>> past = state.past();
        ops.check(name())
                .expect("targetIds", targetIds, Kind.INTEGER, "B", past == null ? "T" : 1)
                .expect("state's memory", state.memory().get(0).keys(), Kind.FLOAT, "B", "H", "S", "Dh");
        T x = embed(ops, targetIds, past == null ? null : past.get(0));
        AttentionMask<T> selfMask = past == null ? ops.causalMask(null, x) : null;
        StackStep<T> step = decoder.step(ops, x, past, selfMask, state.memory(), state.memoryMask());
        return new DecoderOutput<>(embedding.logits(ops, step.output()), state.grown(step.caches()));
    }

    private <T> T embed(TensorOps<T> ops, T ids, KeyValueCache<T> past) {
        return ops.dropout(
                positions.apply(ops, embedding.apply(ops, ids), past),
                config.layer().dropout());
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T sourceIds = inputs.get(0);
        T targetIds = inputs.get(2);
        ops.check(name())
                .expect("sourceIds", sourceIds, Kind.INTEGER, "B", "S")
                .expect("targetIds", targetIds, Kind.INTEGER, "B", "T");
        return List.of(
                decode(ops, targetIds, encode(ops, sourceIds, inputs.get(1))).logits());
    }

    @Override
    public List<String> inputs() {
        return List.of("sourceIds", "sourceKeepMask", "targetIds");
    }
}

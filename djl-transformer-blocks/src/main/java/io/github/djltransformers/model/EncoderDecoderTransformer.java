package io.github.djltransformers.model;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * The transformer of Vaswani et al. 2017 (figure 1): embeddings, encoder, decoder and logits; where the configuration gives
 * nothing else with one matrix for source, target and output (section 3.4).
 *
 * <p>Inputs: sourceIds (B, S) INT64; sourceKeepMask (B, 1, 1, S) BOOLEAN, true at tokens and false at padding; targetIds
 * (B, T) INT64, beginning with the start token. Output: logits (B, T, V), at t those of token t + 1. Target padding needs
 * no mask: it follows the tokens, which causal attention keeps from seeing it.
 *
 * <p>Children {@code embedding}, {@code positions}, {@code encoder}, {@code decoder}.
 */
public final class EncoderDecoderTransformer extends TransformerBlock implements GenerativeModel {
    private final TransformerConfig config;
    private final InputEmbedding embedding;
    private final InputEmbedding targetEmbedding;
    private final TransformerStack encoder;
    private final TransformerStack decoder;
    private final OutputLogits output;

    @SuppressWarnings("this-escape")
    public EncoderDecoderTransformer(TransformerConfig config) {
        if (config.encoder() == null || config.decoder() == null) {
            throw new IllegalArgumentException("EncoderDecoderTransformer: encoderLayers and decoderLayers must be"
                    + " positive, got " + config.encoderLayers() + " and " + config.decoderLayers());
        }
        this.config = config;
        embedding = addChildBlock("embedding", new InputEmbedding(config.embedding()));
        targetEmbedding = config.targetEmbedding() == null
                ? embedding
                : addChildBlock(
                        "target_embedding",
                        new InputEmbedding(config.targetEmbedding(), config.tablesShared() ? embedding : null));
        encoder = addChildBlock("encoder", new TransformerStack(config.encoder()));
        decoder = addChildBlock("decoder", new TransformerStack(config.decoder()));
        output = addChildBlock("output", new OutputLogits(config.output(), config.written(), targetEmbedding));
    }

    @Override
    public TransformerConfig config() {
        return config;
    }

    @Override
    public boolean readsSource() {
        return true;
    }

    @Override
    public <T> DecoderState<T> begin(TensorOps<T> ops, T sourceIds, T sourceKeepMask) {
        ops.check(name())
                .expect("sourceIds", sourceIds, Kind.INTEGER, "B", "S")
                .expect("sourceKeepMask", sourceKeepMask, Kind.BOOLEAN, "B", 1, 1, "S");
        return remember(ops, read(ops, sourceIds, sourceKeepMask), sourceKeepMask);
    }

    /** The encoder's output (B, S, D). */
    public <T> T read(TensorOps<T> ops, T sourceIds, T sourceKeepMask) {
        TokenPositions<T> positions = embedding.number(ops, sourceIds, sourceKeepMask, null);
        T x = embedding.apply(ops, sourceIds, sourceKeepMask, null, positions);
        return encoder.step(ops, x, new StackInput<>(null, sourceKeepMask, positions))
                .output();
    }

    /** The state from which decoding begins, given the encoder's output. */
    public <T> DecoderState<T> remember(TensorOps<T> ops, T memory, T sourceKeepMask) {
        return new DecoderState<>(
                null, null, null, decoder.projectMemory(ops, memory), ops.attentionMask(sourceKeepMask, memory));
    }

    /**
     * Reads target tokens.
     *
     * @param targetIds (B, T), the start token at the beginning
     * @param state from {@link #begin} or the step before
     */
    @Override
    public <T> DecoderOutput<T> decode(TensorOps<T> ops, T targetIds, DecoderState<T> state) {
        KeyValueCache<T> past = state.firstPast();
        ops.check(name())
                .expect("targetIds", targetIds, Kind.INTEGER, "B", "T")
                .expect("targetKeepMask", state.keep(), Kind.BOOLEAN, "B", 1, 1, past == null ? "T" : "P")
                .expect("state's memory", state.memory().get(0).keys(), Kind.FLOAT, "B", "H", "S", "Dh");
        T keep = state.keepWith(ops, targetIds);
        StackStep<T> step = write(ops, targetIds, keep, state);
        return new DecoderOutput<>(output.apply(ops, step.output()), step.output(), state.grown(step.caches(), keep));
    }

    /** The decoder's output (B, T, D) for target tokens that begin the sequence. */
    public <T> T hidden(TensorOps<T> ops, T targetIds, DecoderState<T> state) {
        return write(ops, targetIds, state.keep(), state).output();
    }

    /** The embedding of the target's tokens, whose table a head may use. */
    public InputEmbedding targetEmbedding() {
        return targetEmbedding;
    }

    private <T> StackStep<T> write(TensorOps<T> ops, T targetIds, T keep, DecoderState<T> state) {
        TokenPositions<T> positions = targetEmbedding.number(ops, targetIds, keep, state.firstPast());
        T x = targetEmbedding.apply(ops, targetIds, null, null, positions);
        StackInput<T> input = new StackInput<>(state.past(), keep, positions, state.memory(), state.memoryMask());
        return decoder.step(ops, x, input);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T sourceIds = inputs.get(0);
        T sourceKeepMask = inputs.get(1);
        T targetIds = inputs.get(2);
        T targetKeepMask = optional(inputs, 3);
        ops.check(name())
                .expect("sourceIds", sourceIds, Kind.INTEGER, "B", "S")
                .expect("targetIds", targetIds, Kind.INTEGER, "B", "T")
                .expect("targetKeepMask", targetKeepMask, Kind.BOOLEAN, "B", 1, 1, "T");
        DecoderState<T> state = begin(ops, sourceIds, sourceKeepMask).withKeep(targetKeepMask);
        return List.of(decode(ops, targetIds, state).logits());
    }

    @Override
    public List<String> inputs() {
        return List.of("sourceIds", "sourceKeepMask", "targetIds", "targetKeepMask?");
    }
}

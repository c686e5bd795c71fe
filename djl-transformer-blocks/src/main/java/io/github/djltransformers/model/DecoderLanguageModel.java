package io.github.djltransformers.model;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * A decoder-only language model: causal self-attention layers without an encoder (Radford et al. 2018).
 *
 * <p>Inputs: ids (B, T) INT64; keepMask (B, 1, 1, T) BOOLEAN, optional, false at padding. Output logits (B, T, V), at t those
 * of token t + 1. Children {@code embedding}, {@code decoder}, {@code output}.
 */
public final class DecoderLanguageModel extends TransformerBlock implements GenerativeModel {
    private final TransformerConfig config;
    private final InputEmbedding embedding;
    private final TransformerStack decoder;
    private final OutputLogits output;

    /**
     * @param config only its decoder is used, without attention to an encoder
     */
    @SuppressWarnings("this-escape")
    public DecoderLanguageModel(TransformerConfig config) {
        if (config.decoder() == null) {
            throw new IllegalArgumentException("DecoderLanguageModel: decoderLayers must be positive, got 0");
        }
        this.config = config;
        embedding = addChildBlock("embedding", new InputEmbedding(config.embedding()));
        decoder = addChildBlock("decoder", new TransformerStack(config.decoder().alone()));
        output = addChildBlock("output", new OutputLogits(config.output(), config.embedding(), embedding));
    }

    @Override
    public TransformerConfig config() {
        return config;
    }

    @Override
    public boolean readsSource() {
        return false;
    }

    @Override
    public <T> DecoderState<T> begin(TensorOps<T> ops, T ids, T keepMask) {
        DecoderState<T> beginning = DecoderState.beginning(keepMask);
        check(ops, ids, beginning);
        return beginning.grown(read(ops, ids, keepMask, beginning).caches(), keepMask);
    }

    /**
     * Reads tokens.
     *
     * @param ids (B, T), those after the tokens that the state has
     * @param state {@link DecoderState#empty} or that of the step before
     */
    @Override
    public <T> DecoderOutput<T> decode(TensorOps<T> ops, T ids, DecoderState<T> state) {
        check(ops, ids, state);
        T keep = state.keepWith(ops, ids);
        StackStep<T> step = read(ops, ids, keep, state);
        return new DecoderOutput<>(output.apply(ops, step.output()), step.output(), state.grown(step.caches(), keep));
    }

    private <T> void check(TensorOps<T> ops, T ids, DecoderState<T> state) {
        KeyValueCache<T> past = state.firstPast();
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", "T")
                .expect("state's past", past == null ? null : past.keys(), Kind.FLOAT, "B", "Hkv", "S", "Dh")
                .expect("keepMask", state.keep(), Kind.BOOLEAN, "B", 1, 1, past == null ? "T" : "S");
    }

    private <T> StackStep<T> read(TensorOps<T> ops, T ids, T keep, DecoderState<T> state) {
        TokenPositions<T> positions = state.positions() == null
                ? embedding.number(ops, ids, keep, state.firstPast())
                : TokenPositions.of(state.positions(), state.firstPast());
        StackInput<T> input = new StackInput<>(state.past(), keep, positions);
        T x = embedding.apply(ops, ids, null, null, input.positions());
        return decoder.step(ops, x, input);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        return List.of(decode(ops, inputs.get(0), DecoderState.beginning(optional(inputs, 1)))
                .logits());
    }

    @Override
    public List<String> inputs() {
        return List.of("ids", "keepMask?");
    }
}

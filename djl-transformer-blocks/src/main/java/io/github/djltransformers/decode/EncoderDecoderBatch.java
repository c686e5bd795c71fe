package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.stack.DecoderOutput;
import io.github.djltransformers.stack.DecoderState;
import io.github.djltransformers.stack.EncoderDecoderTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decodes an {@link EncoderDecoderTransformer} eagerly with key/value caches, on any engine.
 *
 * <p>Native memory: between steps the batch owns the caches of its rows and nothing else; {@link #close} frees them. No
 * gradient is recorded across steps, whatever the engine's mode.
 */
public final class EncoderDecoderBatch implements DecodingBatch {
    private final EncoderDecoderTransformer model;
    private final boolean trainable;
    private final NDArrayOps ops;
    private final NDManager home;
    private DecoderState<NDArray> state;
    private int[] sources; // for each row, which source it translates

    private EncoderDecoderBatch(
            EncoderDecoderTransformer model,
            boolean trainable,
            NDArrayOps ops,
            NDManager home,
            DecoderState<NDArray> state,
            int rows) {
        this.model = model;
        this.trainable = trainable;
        this.ops = ops;
        this.home = home;
        this.state = state;
        sources = identity(rows);
    }

    /**
     * Reads the sources.
     *
     * @param parameterStore where the model's parameters come from
     * @param manager whose engine and device decode; the parent of what the batch allocates
     * @param sources the ids of each input, at least one
     * @param paddingId fills the shorter sources; any id of the vocabulary, for it is masked
     * @return a batch of one row for each source; the caller closes it
     */
    public static EncoderDecoderBatch encode(
            EncoderDecoderTransformer model,
            ParameterStore parameterStore,
            NDManager manager,
            List<int[]> sources,
            int paddingId) {
        int rows = sources.size();
        int shortest = sources.stream().mapToInt(ids -> ids.length).min().orElse(0);
        int longest = sources.stream().mapToInt(ids -> ids.length).max().orElse(0);
        if (shortest == 0) {
            throw new IllegalArgumentException(
                    "EncoderDecoderBatch: sources must be at least one, of at least one token"
                            + " each, got lengths "
                            + sources.stream().map(ids -> ids.length).toList());
        }
        long[] ids = new long[rows * longest];
        boolean[] keep = new boolean[ids.length];
        Arrays.fill(ids, paddingId);
        for (int row = 0; row < rows; row++) {
            int[] source = sources.get(row);
            int from = row * longest;
            for (int i = 0; i < source.length; i++) {
                ids[from + i] = source[i];
            }
            Arrays.fill(keep, from, from + source.length, true);
        }
        NDArrayOps ops = new NDArrayOps(parameterStore, false);
        NDManager home = manager.newSubManager();
        try (NDManager step = home.newSubManager()) {
            NDArray mask = shortest == longest ? null : step.create(keep, new Shape(rows, 1, 1, longest));
            DecoderState<NDArray> state = model.encode(ops, step.create(ids, new Shape(rows, longest)), mask);
            boolean trainable = trainable(model);
            DecoderState<NDArray> kept = map(trainable ? map(state, NDArray::stopGradient) : state, moveTo(home));
            return new EncoderDecoderBatch(model, trainable, ops, home, kept, rows);
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    @Override
    public int rows() {
        return sources.length;
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        if (tokens.length != rows()) {
            throw new IllegalArgumentException(
                    "EncoderDecoderBatch: tokens must be one for each of " + rows() + " rows, got " + tokens.length);
        }
        try (NDManager step = home.newSubManager()) {
            long[] ids = Arrays.stream(tokens).asLongStream().toArray();
            DecoderOutput<NDArray> output =
                    model.decode(ops, step.create(ids, new Shape(ids.length, 1)), map(state, moveTo(step)));
            DecoderState<NDArray> grown = output.state();
            List<KeyValueCache<NDArray>> past = trainable ? map(grown.past(), NDArray::stopGradient) : grown.past();
            state = map(new DecoderState<>(past, grown.memory(), grown.memoryMask()), moveTo(home));
            NDArray logProbs = output.logits().logSoftmax(2); // (rows, 1, V)
            return Candidates.top(
                    logProbs.toFloatArray(), (int) logProbs.getShape().get(2), count);
        }
    }

    @Override
    public void select(int[] rows) {
        if (Arrays.equals(rows, identity(rows()))) {
            return;
        }
        int[] selected = Arrays.stream(rows).map(row -> sources[row]).toArray();
        try (NDManager step = home.newSubManager()) {
            NDArray index = step.create(Arrays.stream(rows).asLongStream().toArray());
            // The beams of one source share its encoding, so that mostly only what they wrote moves.
            boolean sameSources = Arrays.equals(selected, sources);
            DecoderState<NDArray> old = sameSources ? new DecoderState<>(state.past(), List.of(), null) : state;
            DecoderState<NDArray> moved = map(map(old, moveTo(step)).select(ops, index), moveTo(home));
            state = sameSources ? new DecoderState<>(moved.past(), state.memory(), state.memoryMask()) : moved;
        }
        sources = selected;
    }

    @Override
    public void close() {
        home.close();
    }

    /** A step owns what it works on: results attach to the manager of the array they are made from. */
    private static UnaryOperator<NDArray> moveTo(NDManager manager) {
        return array -> {
            array.attach(manager);
            return array;
        };
    }

    /**
     * PyTorch records in every thread but the one that loaded it when parameters are trainable, and a cache with a history
     * would hold the arrays of all the steps before. Only parameters can tell: results of theirs say that they have no
     * gradient.
     */
    private static boolean trainable(EncoderDecoderTransformer model) {
        return ParameterNames.trained(model).values().stream()
                .anyMatch(parameter -> parameter.getArray().hasGradient());
    }

    private static DecoderState<NDArray> map(DecoderState<NDArray> state, UnaryOperator<NDArray> function) {
        AttentionMask<NDArray> mask = state.memoryMask();
        return new DecoderState<>(
                state.past() == null ? null : map(state.past(), function),
                map(state.memory(), function),
                mask == null
                        ? null
                        : new AttentionMask<>(
                                function.apply(mask.scoreBias()),
                                mask.attendable() == null ? null : function.apply(mask.attendable())));
    }

    private static List<KeyValueCache<NDArray>> map(
            List<KeyValueCache<NDArray>> caches, UnaryOperator<NDArray> function) {
        return caches.stream()
                .map(cache -> new KeyValueCache<>(function.apply(cache.keys()), function.apply(cache.values())))
                .toList();
    }

    private static int[] identity(int size) {
        int[] rows = new int[size];
        Arrays.setAll(rows, i -> i);
        return rows;
    }
}

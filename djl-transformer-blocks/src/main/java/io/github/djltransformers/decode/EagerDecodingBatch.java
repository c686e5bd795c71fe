package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.model.CacheLayout;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.NDArrayOps;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decodes a {@link GenerativeModel} eagerly with key/value caches, on any engine.
 *
 * <p>Native memory: between steps the batch owns the caches of its rows and nothing else; {@link #close} frees them. No
 * gradient is recorded across steps, whatever the engine's mode.
 */
public final class EagerDecodingBatch implements DecodingBatch {
    private final GenerativeModel model;
    private final boolean trainable;
    private final NDArrayOps ops;
    private final NDManager home;
    private DecoderState<NDArray> state;
    private final CacheLayout layout;
    private final RowPositions positions; // null where caches forget nothing
    private int length; // of what was read, the source not counted
    private int cached; // of that, what the caches hold
    private VocabularyScores scores; // null where none were read since rows moved
    private int[] sources; // for each row, which source it translates

    private EagerDecodingBatch(
            GenerativeModel model,
            boolean trainable,
            NDArrayOps ops,
            NDManager home,
            DecoderState<NDArray> state,
            TokenRows inputs) {
        this.model = model;
        this.trainable = trainable;
        this.ops = ops;
        this.home = home;
        this.state = state;
        layout = model.cacheLayout();
        positions = layout.forgets() && !model.readsSource() ? RowPositions.after(inputs) : null;
        length = model.readsSource() ? 0 : inputs.length();
        cached = length;
        sources = identity(inputs.rows());
    }

    /**
     * Reads the inputs: the sources of an encoder-decoder model, or beginnings of a decoder-only one.
     *
     * @param parameterStore where the model's parameters come from
     * @param manager whose engine and device decode; the parent of what the batch allocates
     * @return a batch of one row for each input; the caller closes it
     */
    public static EagerDecodingBatch open(
            GenerativeModel model, ParameterStore parameterStore, NDManager manager, TokenRows inputs) {
        return open(model, new NDArrayOps(parameterStore, false), manager, inputs);
    }

    /**
     * Reads the inputs as {@link #open(GenerativeModel, ParameterStore, NDManager, TokenRows)}, in the arithmetic of {@code
     * ops}.
     */
    public static EagerDecodingBatch open(GenerativeModel model, NDArrayOps ops, NDManager manager, TokenRows inputs) {
        EngineKind.requireComputing(manager.getEngine().getEngineName(), "EagerDecodingBatch");
        NDManager home = manager.newSubManager();
        try (NDManager step = home.newSubManager()) {
            DecoderState<NDArray> state = read(model, ops, step, inputs);
            boolean trainable = trainable(model);
            DecoderState<NDArray> kept = (trainable ? withoutHistory(state) : state).map(moveTo(home));
            return new EagerDecodingBatch(model, trainable, ops, home, kept, inputs);
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    private static DecoderState<NDArray> read(GenerativeModel model, NDArrayOps ops, NDManager step, TokenRows inputs) {
        if (inputs.length() == 0) {
            return DecoderState.empty();
        }
        TokenRows padded = model.readsSource() ? inputs : inputs.paddedInFront();
        return model.begin(ops, padded.ids(step), padded.keepMask(step));
    }

    @Override
    public int rows() {
        return sources.length;
    }

    @Override
    public int vocabularySize() {
        return Math.toIntExact(model.config().vocabularySize());
    }

    @Override
    public int room() {
        return model.config().maxLength() - length;
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        try (NDManager step = home.newSubManager()) {
            NDArray logits = logits(step, tokens); // (rows, 1, V)
            float[] logProbs = logits.logSoftmax(2).toFloatArray();
            float[] normalisers = logits.max(new int[] {2}).toFloatArray();
            Candidates candidates = Candidates.top(logProbs, normalisers, count);
            for (int row = 0; row < normalisers.length; row++) {
                normalisers[row] -= candidates.logProb(row, 0); // those of the best token, both of them
            }
            scores = VocabularyScores.of(logProbs, normalisers);
            return candidates;
        }
    }

    @Override
    public VocabularyScores scores() {
        if (scores == null) {
            throw VocabularyScores.gone();
        }
        return scores;
    }

    /**
     * What the model makes of tokens.
     *
     * @param logits (N, V)
     * @param hidden (N, D)
     * @param count N
     */
    record Reading(float[] logits, float[] hidden, int count) {
        float[] logits(int place) {
            return part(logits, place);
        }

        float[] hidden(int place) {
            return part(hidden, place);
        }

        private float[] part(float[] all, int place) {
            int size = all.length / count;
            return Arrays.copyOfRange(all, place * size, (place + 1) * size);
        }
    }

    /** Reads several tokens of the only row in one pass; of each what the model makes of it. */
    Reading readEach(int... tokens) {
        if (rows() != 1) {
            throw new IllegalStateException("EagerDecodingBatch: rows must be 1 to read several tokens, got " + rows());
        }
        return reading(tokens, tokens.length);
    }

    /** Reads one token of each row; of each what the model makes of it. */
    Reading read(int... tokens) {
        return reading(tokens, 1);
    }

    private Reading reading(int[] tokens, int count) {
        try (NDManager step = home.newSubManager()) {
            DecoderOutput<NDArray> output =
                    read(step, Arrays.stream(tokens).asLongStream().toArray(), count);
            return new Reading(output.logits().toFloatArray(), output.hidden().toFloatArray(), tokens.length);
        }
    }

    /** (rows, 1, V), and moves the state on. */
    private NDArray logits(NDManager step, int... tokens) {
        if (tokens.length != rows()) {
            throw new IllegalArgumentException(
                    "EagerDecodingBatch: tokens must be one for each of " + rows() + " rows, got " + tokens.length);
        }
        return read(step, Arrays.stream(tokens).asLongStream().toArray(), 1).logits();
    }

    /**
     * Moves the state on.
     *
     * @param ids (rows, T), row after row
     */
    private DecoderOutput<NDArray> read(NDManager step, long[] ids, int count) {
        DecoderState<NDArray> before = state.map(moveTo(step));
        if (positions != null) {
            before = remembered(before).at(positions.take(count).ids(step));
        }
        DecoderOutput<NDArray> output =
                model.decode(ops, HostArrays.of(step, ids, new Shape(ids.length / count, count)), before);
        DecoderState<NDArray> grown = output.state();
        List<KeyValueCache<NDArray>> past = trainable ? map(grown.past(), NDArray::stopGradient) : grown.past();
        state = new DecoderState<>(past, grown.keep(), null, grown.memory(), grown.memoryMask()).map(moveTo(home));
        length += count;
        cached += count;
        return output;
    }

    @Override
    public void rewind(int count) {
        if (count == 0) {
            return;
        }
        scores = null;
        length -= count;
        cached -= count;
        if (positions != null) {
            positions.rewind(count);
        }
        try (NDManager step = home.newSubManager()) {
            DecoderState<NDArray> whole = state.map(moveTo(step));
            NDIndex left = new NDIndex(":, :, :{}", cached);
            NDArray keep = whole.keep() == null ? null : whole.keep().get(new NDIndex(":, :, :, :{}", cached));
            state = new DecoderState<>(
                            map(whole.past(), each -> each.get(left)), keep, null, whole.memory(), whole.memoryMask())
                    .map(moveTo(home));
        }
    }

    /** What is left of a state when tokens that no layer reaches are forgotten. */
    private DecoderState<NDArray> remembered(DecoderState<NDArray> whole) {
        int forgotten = layout.forgotten(cached);
        if (forgotten == 0) {
            return whole;
        }
        cached -= forgotten;
        NDIndex tokens = new NDIndex(":, :, {}:", forgotten);
        NDArray keep = whole.keep() == null ? null : whole.keep().get(new NDIndex(":, :, :, {}:", forgotten));
        return new DecoderState<>(
                map(whole.past(), each -> each.get(tokens)), keep, null, whole.memory(), whole.memoryMask());
    }

    @Override
    public void select(int[] rows) {
        if (Arrays.equals(rows, identity(rows()))) {
            return;
        }
        scores = null;
        int[] selected = Arrays.stream(rows).map(row -> sources[row]).toArray();
        try (NDManager step = home.newSubManager()) {
            NDArray index =
                    HostArrays.of(step, Arrays.stream(rows).asLongStream().toArray());
            // The beams of one source share its encoding, so that mostly only what they wrote moves.
            boolean sameSources = Arrays.equals(selected, sources);
            DecoderState<NDArray> old =
                    sameSources ? new DecoderState<>(state.past(), state.keep(), null, List.of(), null) : state;
            DecoderState<NDArray> moved =
                    old.map(moveTo(step)).select(ops, index).map(moveTo(home));
            state = sameSources
                    ? new DecoderState<>(moved.past(), moved.keep(), null, state.memory(), state.memoryMask())
                    : moved;
        }
        sources = selected;
        if (positions != null) {
            positions.select(rows);
        }
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
    private static boolean trainable(GenerativeModel model) {
        return ParameterNames.trained((Block) model).values().stream()
                .anyMatch(parameter -> parameter.getArray().hasGradient());
    }

    /** Masks have no history, and what is detached of an array may lie in memory that goes with the array. */
    private static DecoderState<NDArray> withoutHistory(DecoderState<NDArray> state) {
        return new DecoderState<>(
                state.past() == null ? null : map(state.past(), NDArray::stopGradient),
                state.keep(),
                null,
                map(state.memory(), NDArray::stopGradient),
                state.memoryMask());
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

package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.CacheLayout;
import io.github.djltransformers.ops.HostArrays;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Rows of a {@link TorchDecoding}: a cache with room for more tokens than it holds, which grows by half, and a spare one of
 * the same size to move rows into.
 */
final class TorchRows implements ProgramRows {
    private static final int FIRST_CAPACITY = 24;

    private final TorchModule module;
    private final NDManager manager;
    private final int maxLength;
    private final String suffix; // of the methods to call, that say whether inputs are padded
    private IValue inputs;
    private IValue cache;
    private IValue spare; // null before the first move
    private IValue scores; // all log-probabilities of the last step, null before it
    private PtNDArray viewed; // the same, where they were asked for
    private FloatBuffer view; // its memory
    private int cacheRows;
    private int spareRows;
    private int capacity;

    private TorchRows(TorchModule module, NDManager manager, int maxLength, TokenRows read) {
        this.module = module;
        this.manager = manager;
        this.maxLength = maxLength;
        suffix = read.padded() ? TorchDecoding.MASKED : "";
        cacheRows = read.rows();
    }

    /**
     * Reads inputs.
     *
     * @param maxLength how many tokens the model can read
     * @param source whether they are sources, which leave the cache empty
     */
    static TorchRows begin(
            TorchModule module, NDManager parent, CacheLayout layout, int maxLength, boolean source, TokenRows read) {
        TorchRows rows = new TorchRows(module, parent.newSubManager(), maxLength, read);
        try {
            boolean empty = source || read.length() == 0;
            if (read.length() == 0) {
                rows.readNothing();
            } else {
                rows.read(read);
            }
            rows.capacity = empty ? Math.min(FIRST_CAPACITY, maxLength) : read.length();
            if (empty) {
                rows.start(layout);
            }
            return rows;
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private void read(TokenRows read) {
        try (NDManager reading = manager.newSubManager();
                IValue ids = TorchModule.argument(read.ids(reading));
                IValue keep = read.padded() ? TorchModule.argument(read.keepMask(reading)) : null;
                IValue state = keep == null
                        ? module.call(TorchDecoding.BEGIN, ids)
                        : module.call(TorchDecoding.BEGIN + suffix, ids, keep)) {
            IValue[] parts = state.toIValueTuple();
            cache = parts[0];
            inputs = parts[1];
        }
    }

    /** Beginnings of no token. */
    private void readNothing() {
        try (NDManager reading = manager.newSubManager()) {
            cache = TorchModule.argument(HostArrays.of(reading, new float[1]));
            // An empty list has no type of its own, unlike a list of no tensors.
            inputs = IValue.listFrom(new PtNDArray[0]);
        }
    }

    /** An empty cache, like the source's keys in type and device. */
    private void start(CacheLayout layout) {
        long[] sizes = {2L * layout.layers(), capacity, cacheRows, layout.keyValueHeads(), layout.headSize()};
        IValue source = cache;
        cache = null;
        try (IValue like = source;
                IValue shape = IValue.listFrom(sizes)) {
            cache = module.callPlain("start", like, shape);
        }
    }

    @Override
    public Candidates best(TokenRows tokens, TokenRows positions, int place, int sharing, int count) {
        dropScores(); // before a step makes room for its own
        try (NDManager stepping = manager.newSubManager();
                IValue wanted = IValue.from((long) count);
                IValue result = step(TorchDecoding.NEXT, stepping, tokens, positions, place, wanted)) {
            IValue[] parts = result.toIValueTuple();
            scores = parts[3];
            try (IValue values = parts[0];
                    IValue indices = parts[1];
                    IValue normalisers = parts[2]) {
                float[] logProbs = values.toTensor((PtNDManager) stepping).toFloatArray();
                long[] chosen = indices.toTensor((PtNDManager) stepping).toLongArray();
                return Candidates.ranked(
                        count,
                        Arrays.stream(chosen).mapToInt(Math::toIntExact).toArray(),
                        logProbs,
                        normalisers.toTensor((PtNDManager) stepping).toFloatArray());
            }
        }
    }

    @Override
    public float[] logProbs(int row, int vocabularySize) {
        if (view == null) {
            viewed = scores.toTensor((PtNDManager) manager);
            view = viewed.getDevice().isGpu()
                    ? FloatBuffer.wrap(viewed.toFloatArray())
                    : viewed.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        }
        float[] own = new float[vocabularySize];
        view.get(row * vocabularySize, own);
        return own;
    }

    private void dropScores() {
        view = null;
        if (viewed != null) {
            viewed.close();
            viewed = null;
        }
        if (scores != null) {
            scores.close();
            scores = null;
        }
    }

    private IValue step(
            String method, NDManager stepping, TokenRows tokens, TokenRows positions, int place, IValue... more) {
        if (place == capacity) {
            grow(tokens.rows(), place);
        }
        try (IValue ids = TorchModule.argument(tokens.ids(stepping));
                IValue places = positions == null ? null : TorchModule.argument(positions.ids(stepping));
                IValue before = IValue.from((long) place);
                IValue after = IValue.from(place + 1L)) {
            IValue[] arguments = Stream.concat(
                            Stream.of(ids, places, cache, before, after, inputs).filter(Objects::nonNull),
                            Arrays.stream(more))
                    .toArray(IValue[]::new);
            return module.call(method + suffix, arguments);
        }
    }

    private void grow(int rows, int length) {
        int wanted = Math.min(maxLength, capacity + Math.max(FIRST_CAPACITY, capacity / 2));
        renew(0, length, wanted);
        cacheRows = rows;
    }

    /** A cache of another capacity, with a part of this one. */
    private void renew(int from, int length, int wanted) {
        try (IValue first = IValue.from((long) from);
                IValue filled = IValue.from((long) length);
                IValue size = IValue.from((long) wanted)) {
            IValue grown = module.callPlain("grow", cache, first, filled, size);
            cache.close();
            cache = grown;
        }
        capacity = wanted;
        dropSpare();
    }

    /** What is left moves to a cache with room for as much again and a little, which is room until the next time. */
    @Override
    public void forget(int count, int length) {
        int left = length - count;
        renew(count, left, Math.min(maxLength, 2 * left + FIRST_CAPACITY));
        try (IValue gone = IValue.from((long) count)) {
            IValue kept = module.callPlain("forget", inputs, gone);
            inputs.close();
            inputs = kept;
        }
    }

    /** What stands behind the tokens that are left is written over by the next step. */
    @Override
    public void rewind(int length) {}

    /** Moves the filled part of the cache into the spare one, and exchanges the two. */
    @Override
    public void move(int[] rows, int length) {
        if (spareRows < rows.length) {
            dropSpare();
            spareRows = Math.max(rows.length, cacheRows);
            try (IValue wanted = IValue.from((long) spareRows)) {
                spare = module.callPlain("spare", cache, wanted);
            }
        }
        try (NDManager moving = manager.newSubManager();
                IValue index = index(moving, rows);
                IValue filled = IValue.from((long) length);
                IValue target = spare) {
            IValue moved = module.callPlain("move", cache, filled, index, target);
            spare = cache;
            cache = moved;
        }
        spareRows = cacheRows;
        cacheRows = rows.length;
    }

    @Override
    public void moveInputs(int[] rows) {
        try (NDManager moving = manager.newSubManager();
                IValue index = index(moving, rows)) {
            IValue selected = module.callPlain("select", inputs, index);
            inputs.close();
            inputs = selected;
        }
    }

    private static IValue index(NDManager manager, int... rows) {
        NDArray array =
                HostArrays.of(manager, Arrays.stream(rows).asLongStream().toArray());
        return TorchModule.argument(array);
    }

    private void dropSpare() {
        if (spare != null) {
            spare.close();
            spare = null;
        }
        spareRows = 0;
    }

    @Override
    public void close() {
        if (inputs != null) {
            inputs.close();
            inputs = null;
        }
        if (cache != null) {
            cache.close();
            cache = null;
        }
        dropSpare();
        dropScores();
        manager.close();
    }
}

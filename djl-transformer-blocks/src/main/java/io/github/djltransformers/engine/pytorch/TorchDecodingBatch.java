package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.SourceRows;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.stack.TransformerConfig;
import java.util.Arrays;

/**
 * A batch of sequences whose state stays inside the engine: between steps only ids go in and candidates come out.
 *
 * <p>Moving rows is left out where every row keeps its place. The sources' keys and values move only when a source leaves; beams of one source share them where every source has equally many side by side.
 */
final class TorchDecodingBatch implements DecodingBatch {
    private static final int FIRST_CAPACITY = 24;

    private final TorchModule module;
    private final TransformerConfig config;
    private final NDManager manager;
    private final String step;
    private IValue memory;
    private IValue cache;
    private IValue spare; // a cache of the same capacity, to move rows into; null before the first move
    private int cacheRows;
    private int spareRows;
    private int length;
    private int capacity;
    private final SourceRows sources;

    private TorchDecodingBatch(TorchModule module, TransformerConfig config, NDManager manager, int rows, String step) {
        this.module = module;
        this.config = config;
        this.manager = manager;
        this.step = step;
        sources = new SourceRows(rows);
    }

    static TorchDecodingBatch encode(TorchModule module, TransformerConfig config, NDManager parent, TokenRows inputs) {
        TorchDecodingBatch batch = new TorchDecodingBatch(
                module, config, parent.newSubManager(), inputs.rows(), inputs.padded() ? "next_masked" : "next");
        try (NDManager reading = parent.newSubManager()) {
            try (IValue ids = TorchModule.argument(inputs.ids(reading))) {
                if (inputs.padded()) {
                    try (IValue keep = TorchModule.argument(inputs.keepMask(reading))) {
                        batch.memory = module.call("encode_masked", ids, keep);
                    }
                } else {
                    batch.memory = module.call("encode", ids);
                }
            }
            batch.start();
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    static TorchDecodingBatch read(TorchModule module, TransformerConfig config, NDManager parent, TokenRows inputs) {
        inputs.requireOneLength();
        TorchDecodingBatch batch =
                new TorchDecodingBatch(module, config, parent.newSubManager(), inputs.rows(), "next");
        try (NDManager reading = parent.newSubManager()) {
            try (IValue ids = TorchModule.argument(inputs.ids(reading))) {
                batch.cache = module.call("read", ids);
            }
            batch.length = inputs.length();
            batch.capacity = batch.length;
            batch.cacheRows = inputs.rows();
            // An empty list has no type of its own, unlike a list of no tensors.
            batch.memory = IValue.listFrom(new PtNDArray[0]);
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    /** An empty cache, like the memory in type and device. */
    private void start() {
        AttentionConfig attention = config.decoder().layers().get(0).attention();
        capacity = Math.min(FIRST_CAPACITY, config.maxLength());
        cacheRows = rows();
        long[] sizes = {
            2L * config.decoderLayers(), capacity, cacheRows, attention.keyValueHeads(), attention.headSize()
        };
        try (IValue shape = IValue.listFrom(sizes)) {
            cache = module.callPlain("start", memory, shape);
        }
    }

    @Override
    public int rows() {
        return sources.rows();
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        if (tokens.length != rows()) {
            throw new IllegalArgumentException(
                    "DecodingBatch: tokens must be one for each of " + rows() + " rows, got " + tokens.length);
        }
        TokenRows column = TokenRows.column(tokens);
        column.requireInVocabulary(config.vocabularySize());
        if (length >= config.maxLength()) {
            throw tooLong(config, length + 1);
        }
        if (length == capacity) {
            grow();
        }
        int kept = Math.min(count, config.vocabularySize());
        try (NDManager stepping = manager.newSubManager();
                IValue ids = TorchModule.argument(column.ids(stepping));
                IValue before = IValue.from((long) length);
                IValue after = IValue.from(length + 1L);
                IValue wanted = IValue.from((long) kept);
                IValue result = module.call(step, ids, cache, before, after, memory, wanted)) {
            length++;
            IValue[] both = result.toIValueTuple();
            try (IValue values = both[0];
                    IValue indices = both[1]) {
                float[] logProbs = values.toTensor((PtNDManager) stepping).toFloatArray();
                long[] chosen = indices.toTensor((PtNDManager) stepping).toLongArray();
                return Candidates.ranked(
                        kept, Arrays.stream(chosen).mapToInt(Math::toIntExact).toArray(), logProbs);
            }
        }
    }

    private void grow() {
        int wanted = Math.min(config.maxLength(), capacity + Math.max(FIRST_CAPACITY, capacity / 2));
        try (IValue filled = IValue.from((long) length);
                IValue size = IValue.from((long) wanted)) {
            IValue grown = module.callPlain("grow", cache, filled, size);
            cache.close();
            cache = grown;
        }
        cacheRows = rows();
        capacity = wanted;
        dropSpare();
    }

    @Override
    public void select(int[] rows) {
        if (SourceRows.areKept(rows, rows())) {
            return;
        }
        try (NDManager moving = manager.newSubManager()) {
            try (IValue index = index(moving, rows)) {
                move(index, rows.length);
            }
            sources.select(rows);
            int[] moves = sources.memoryMoves();
            if (moves != null) {
                try (IValue index = index(moving, moves)) {
                    IValue selected = module.callPlain("select", memory, index);
                    memory.close();
                    memory = selected;
                }
            }
        }
    }

    private static IValue index(NDManager manager, int[] rows) {
        NDArray array =
                HostArrays.of(manager, Arrays.stream(rows).asLongStream().toArray());
        return TorchModule.argument(array);
    }

    /** Moves the filled part of the cache into the spare one, and exchanges the two. */
    private void move(IValue index, int rows) {
        if (spareRows < rows) {
            dropSpare();
            spareRows = Math.max(rows, cacheRows);
            try (IValue wanted = IValue.from((long) spareRows)) {
                spare = module.callPlain("spare", cache, wanted);
            }
        }
        try (IValue filled = IValue.from((long) length);
                IValue target = spare) {
            IValue moved = module.callPlain("move", cache, filled, index, target);
            spare = cache;
            cache = moved;
        }
        spareRows = cacheRows;
        cacheRows = rows;
    }

    private void dropSpare() {
        if (spare != null) {
            spare.close();
            spare = null;
        }
        spareRows = 0;
    }

    static IllegalArgumentException tooLong(TransformerConfig config, int length) {
        return new IllegalArgumentException("DecodingBatch: sequence length must be at most " + config.maxLength()
                + " (the position table), got " + length);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
        if (cache != null) {
            cache.close();
            cache = null;
        }
        dropSpare();
        manager.close();
    }
}

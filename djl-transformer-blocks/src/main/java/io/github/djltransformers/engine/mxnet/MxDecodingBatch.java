package io.github.djltransformers.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.SourceRows;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.engine.mxnet.MxDecoding.Past;
import io.github.djltransformers.engine.mxnet.MxDecoding.Step;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.stack.TransformerConfig;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A batch of sequences whose state stays inside the engine: between steps only ids go in and candidates come out.
 *
 * <p>Moving rows is left to the next step, and left out where every row keeps its place. The source's keys and values move
 * only when a source leaves; beams of one source share them where every source has equally many side by side.
 *
 * <p>Native memory: between steps {@code home} owns the past and the source's arrays and nothing else.
 */
final class MxDecodingBatch implements DecodingBatch {
    private final MxDecoding program;
    private final NDManager home;
    private final boolean masked;
    private NDArray[] memory = {};
    private NDArray[] past = {};
    private int length;
    private final SourceRows sources;
    private int[] places; // for each row, which one of the past it goes on from, or null where each does from its own

    private MxDecodingBatch(MxDecoding program, NDManager home, int rows, boolean masked) {
        this.program = program;
        this.home = home;
        this.masked = masked;
        sources = new SourceRows(rows);
    }

    /** Reads inputs that were checked. */
    static MxDecodingBatch read(MxDecoding program, NDManager parent, TokenRows inputs) {
        MxModule reading = program.reading(inputs.padded());
        NDManager home = parent.newSubManager();
        MxDecodingBatch batch = new MxDecodingBatch(program, home, inputs.rows(), inputs.padded());
        try (NDManager given = home.newSubManager()) {
            NDArray[] state = inputs.padded()
                    ? reading.call(home, inputs.ids(given), inputs.keepMask(given))
                    : reading.call(home, inputs.ids(given));
            if (program.readsSource()) {
                batch.memory = state;
            } else {
                batch.past = state;
                batch.length = inputs.length();
            }
            return batch;
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    @Override
    public int rows() {
        return sources.rows();
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        TransformerConfig config = program.config();
        if (tokens.length != rows()) {
            throw new IllegalArgumentException(
                    "DecodingBatch: tokens must be one for each of " + rows() + " rows, got " + tokens.length);
        }
        TokenRows column = TokenRows.column(tokens);
        column.requireInVocabulary(config.vocabularySize());
        if (length >= config.maxLength()) {
            throw tooLong(config, length + 1);
        }
        int kept = Math.min(count, config.vocabularySize());
        moveMemory();
        Past found = past.length == 0 ? Past.NONE : places == null ? Past.KEPT : Past.MOVED;
        MxModule step = program.step(new Step(found, memory.length == 0 ? 1 : sources.sharing(), masked, kept));
        MxNDArray[] results;
        try (NDArray ids = column.ids(home);
                NDArray from = found == Past.MOVED ? index(places) : null) {
            results = step.call(
                    home,
                    Stream.of(from == null ? new NDArray[] {ids} : new NDArray[] {ids, from}, past, memory)
                            .flatMap(Arrays::stream)
                            .toArray(NDArray[]::new));
        }
        close(past);
        past = Arrays.copyOfRange(results, 1, results.length);
        places = null;
        length++;
        try (NDArray top = results[0]) {
            return candidates(top.toFloatArray(), kept);
        }
    }

    /** @param top for each row its log-probabilities, then its ids */
    private static Candidates candidates(float[] top, int count) {
        int[] tokens = new int[top.length / 2];
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int at = i / count * 2 * count + i % count;
            logProbs[i] = top[at];
            tokens[i] = (int) top[at + count];
        }
        return Candidates.ranked(count, tokens, logProbs);
    }

    @Override
    public void select(int[] rows) {
        if (SourceRows.areKept(rows, rows())) {
            return;
        }
        places = places == null ? rows.clone() : taken(places, rows);
        sources.select(rows);
    }

    private static int[] taken(int[] values, int[] rows) {
        return Arrays.stream(rows).map(row -> values[row]).toArray();
    }

    private void moveMemory() {
        int[] moves = memory.length == 0 ? null : sources.memoryMoves();
        if (moves == null) {
            return;
        }
        try (NDArray index = index(moves)) {
            NDArray[] moved = program.selection(memory.length)
                    .call(
                            home,
                            Stream.concat(Stream.of(index), Arrays.stream(memory))
                                    .toArray(NDArray[]::new));
            close(memory);
            memory = moved;
        }
    }

    private NDArray index(int[] rows) {
        return HostArrays.of(home, Arrays.stream(rows).asLongStream().toArray());
    }

    private static void close(NDArray[] arrays) {
        for (NDArray array : arrays) {
            array.close();
        }
    }

    static IllegalArgumentException tooLong(TransformerConfig config, int length) {
        return new IllegalArgumentException("DecodingBatch: sequence length must be at most " + config.maxLength()
                + " (the position table), got " + length);
    }

    @Override
    public void close() {
        home.close();
    }
}

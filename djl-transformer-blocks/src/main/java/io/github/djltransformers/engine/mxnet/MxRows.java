package io.github.djltransformers.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.engine.mxnet.MxDecoding.Past;
import io.github.djltransformers.engine.mxnet.MxDecoding.Step;
import io.github.djltransformers.ops.HostArrays;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Rows of a {@link MxDecoding}. Moving rows is left to the next step.
 *
 * <p>Native memory: between steps {@code home} owns the past and the source's arrays and nothing else.
 */
final class MxRows implements ProgramRows {
    private final MxDecoding program;
    private final NDManager home;
    private final boolean masked;
    private NDArray[] memory = {};
    private NDArray[] past = {};
    private NDArray scores; // all log-probabilities of the last step, null before it
    private float[] copied; // the same, where they were asked for
    private int[] places; // for each row, which one of the past it goes on from, or null where each does from its own

    private MxRows(MxDecoding program, NDManager home, boolean masked) {
        this.program = program;
        this.home = home;
        this.masked = masked;
    }

    static MxRows begin(MxDecoding program, NDManager parent, TokenRows inputs) {
        if (inputs.length() == 0) {
            return new MxRows(program, parent.newSubManager(), false);
        }
        MxModule reading = program.reading(inputs.padded());
        NDManager home = parent.newSubManager();
        MxRows rows = new MxRows(program, home, inputs.padded());
        try (NDManager given = home.newSubManager()) {
            NDArray[] state = inputs.padded()
                    ? reading.call(home, inputs.ids(given), inputs.keepMask(given))
                    : reading.call(home, inputs.ids(given));
            if (program.readsSource()) {
                rows.memory = state;
            } else {
                rows.past = state;
            }
            return rows;
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    @Override
    public Candidates best(TokenRows tokens, TokenRows positions, int place, int sharing, int count) {
        try (NDArray top = step(tokens, positions, sharing, count)) {
            return candidates(top.toFloatArray(), count);
        }
    }

    @Override
    public float[] logProbs(int row, int vocabularySize) {
        if (copied == null) {
            copied = scores.toFloatArray();
        }
        return Arrays.copyOfRange(copied, row * vocabularySize, (row + 1) * vocabularySize);
    }

    private void dropScores() {
        copied = null;
        if (scores != null) {
            scores.close();
            scores = null;
        }
    }

    private NDArray step(TokenRows tokens, TokenRows positions, int sharing, int count) {
        Past found = past.length == 0 ? Past.NONE : places == null ? Past.KEPT : Past.MOVED;
        MxModule step = program.step(new Step(found, memory.length == 0 ? 1 : sharing, masked, count));
        dropScores(); // before a step makes room for its own
        MxNDArray[] results;
        try (NDArray ids = tokens.ids(home);
                NDArray stand = positions == null ? null : positions.ids(home);
                NDArray from = found == Past.MOVED ? index(places) : null) {
            results = step.call(
                    home,
                    Stream.of(new NDArray[] {ids, stand, from}, past, memory)
                            .flatMap(Arrays::stream)
                            .filter(Objects::nonNull)
                            .toArray(NDArray[]::new));
        }
        close(past);
        scores = results[1];
        past = Arrays.copyOfRange(results, 2, results.length);
        places = null;
        return results[0];
    }

    /**
     * @param top for each row its logits, then its ids, then what the logits are more than log-probabilities
     */
    private static Candidates candidates(float[] top, int count) {
        int columns = 2 * count + 1;
        float[] normalisers = new float[top.length / columns];
        int[] tokens = new int[normalisers.length * count];
        float[] logProbs = new float[tokens.length];
        for (int row = 0; row < normalisers.length; row++) {
            int from = row * columns;
            normalisers[row] = top[from + 2 * count];
            for (int rank = 0; rank < count; rank++) {
                logProbs[row * count + rank] = top[from + rank] - normalisers[row];
                tokens[row * count + rank] = (int) top[from + count + rank];
            }
        }
        return Candidates.ranked(count, tokens, logProbs, normalisers);
    }

    @Override
    public void move(int[] rows, int length) {
        int[] before = places;
        places = before == null
                ? rows.clone()
                : Arrays.stream(rows).map(row -> before[row]).toArray();
    }

    @Override
    public void forget(int count, int length) {
        cut(count, length);
    }

    @Override
    public void rewind(int length) {
        if (length == 0) {
            close(past);
            past = new NDArray[0];
        } else {
            cut(0, length);
        }
    }

    private void cut(int from, int to) {
        for (int i = 0; i < past.length; i++) {
            // The mask of a beginning has its tokens in the last axis, keys and values before it.
            boolean mask = masked && i == past.length - 1 && !program.readsSource();
            try (NDArray whole = past[i]) {
                past[i] = whole.get(new NDIndex(mask ? ":, :, :, {}:{}" : ":, :, {}:{}", from, to));
            }
        }
    }

    @Override
    public void moveInputs(int[] rows) {
        if (memory.length == 0) {
            return; // the mask of a beginning moves with the past
        }
        try (NDArray index = index(rows)) {
            NDArray[] moved = program.selection(memory.length)
                    .call(
                            home,
                            Stream.concat(Stream.of(index), Arrays.stream(memory))
                                    .toArray(NDArray[]::new));
            close(memory);
            memory = moved;
        }
    }

    private NDArray index(int... rows) {
        return HostArrays.of(home, Arrays.stream(rows).asLongStream().toArray());
    }

    private static void close(NDArray... arrays) {
        for (NDArray array : arrays) {
            array.close();
        }
    }

    @Override
    public void close() {
        home.close();
    }
}

package io.github.djltransformers.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.engine.mxnet.MxDecoding.Past;
import io.github.djltransformers.engine.mxnet.MxDecoding.Step;
import io.github.djltransformers.stack.TransformerConfig;
import java.util.Arrays;
import java.util.stream.IntStream;
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
    private int[] sources; // for each row, which source it writes for
    private int[] memorySources; // for each row of the memory, which source it is
    private int[] places; // for each row, which one of the past it goes on from, or null where each does from its own

    private MxDecodingBatch(MxDecoding program, NDManager home, int rows, boolean masked) {
        this.program = program;
        this.home = home;
        this.masked = masked;
        sources = IntStream.range(0, rows).toArray();
        memorySources = sources;
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
        return sources.length;
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
        MxModule step = program.step(new Step(found, sources.length / memorySources.length, masked, kept));
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
        if (Arrays.equals(rows, IntStream.range(0, rows()).toArray())) {
            return;
        }
        places = places == null ? rows.clone() : taken(places, rows);
        sources = taken(sources, rows);
    }

    private static int[] taken(int[] values, int[] rows) {
        return Arrays.stream(rows).map(row -> values[row]).toArray();
    }

    private void moveMemory() {
        int[] wanted = sideBySide(sources);
        if (memory.length == 0 || Arrays.equals(wanted, memorySources)) {
            memorySources = memory.length == 0 ? sources : memorySources;
            return;
        }
        int[] from = Arrays.stream(wanted)
                .map(source -> IntStream.range(0, memorySources.length)
                        .filter(row -> memorySources[row] == source)
                        .findFirst()
                        .orElseThrow())
                .toArray();
        try (NDArray index = index(from)) {
            NDArray[] moved = program.selection(memory.length)
                    .call(
                            home,
                            Stream.concat(Stream.of(index), Arrays.stream(memory))
                                    .toArray(NDArray[]::new));
            close(memory);
            memory = moved;
        }
        memorySources = wanted;
    }

    /** The sources in order, once each, where each has equally many rows side by side; else one for each row. */
    private static int[] sideBySide(int[] sources) {
        int[] distinct = Arrays.stream(sources).distinct().toArray();
        if (sources.length % distinct.length != 0) {
            return sources;
        }
        int each = sources.length / distinct.length;
        for (int row = 0; row < sources.length; row++) {
            if (sources[row] != distinct[row / each]) {
                return sources;
            }
        }
        return distinct;
    }

    private NDArray index(int[] rows) {
        return home.create(Arrays.stream(rows).asLongStream().toArray(), new Shape(rows.length));
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

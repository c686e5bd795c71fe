package io.github.djltransformers.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.TokenRows;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Rows of an {@link OrtDecoding}. Moving rows is left to the next step.
 *
 * <p>Native memory: between steps what the last step gave (the past, all log-probabilities), and what is kept of the inputs.
 */
final class OrtRows implements ProgramRows {
    private final OrtDecoding program;
    private final boolean masked;
    private final List<AutoCloseable> owned = new ArrayList<>(); // what the tensors of the past belong to
    private final Map<String, OnnxTensor> past = new LinkedHashMap<>();
    private OrtCaches caches; // the past where it has room for more, else null
    private final List<AutoCloseable> ownedInputs = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private OnnxTensor scores; // all log-probabilities of the last step
    private FloatBuffer logProbs; // the same, where they were asked for
    private int[] places; // for each row, which one of the past it goes on from, or null where each does from its own

    private OrtRows(OrtDecoding program, boolean masked) {
        this.program = program;
        this.masked = masked;
    }

    static OrtRows begin(OrtDecoding program, TokenRows read) {
        OrtRows rows = new OrtRows(program, read.padded());
        try {
            if (read.length() > 0) {
                rows.read(read);
            }
            if (program.hasRoom(read.padded())) {
                rows.makeRoom(read);
            }
            return rows;
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private void read(TokenRows read) {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        given.put(OrtDecoding.IDS, ids(read));
        if (masked) {
            given.put(
                    OrtDecoding.KEEP, OrtModule.flags(new long[] {read.rows(), 1, 1, read.length()}, read.flatKeep()));
        }
        boolean source = program.readsSource();
        OrtSession.Result result;
        try {
            result = program.reading(masked).call((long) read.rows() * read.length(), given);
        } catch (RuntimeException e) {
            given.values().forEach(OnnxTensor::close);
            throw e;
        }
        (source ? ownedInputs : owned).add(result);
        result.forEach(entry -> (source ? inputs : past).put(entry.getKey(), (OnnxTensor) entry.getValue()));
        OnnxTensor keep = given.remove(OrtDecoding.KEEP);
        if (keep != null && !source) {
            past.put(OrtDecoding.KEEP, keep);
            owned.add(keep);
        } else if (keep != null) {
            keep.close();
        }
        given.values().forEach(OnnxTensor::close);
    }

    private void makeRoom(TokenRows read) {
        if (past.isEmpty()) {
            caches = OrtCaches.empty(program, read.rows());
            return;
        }
        caches = new OrtCaches(program, past, read.rows(), read.length());
        owned.clear();
        past.clear();
    }

    private static OnnxTensor ids(TokenRows rows) {
        return OrtModule.numbers(new long[] {rows.rows(), rows.length()}, rows.flat());
    }

    @Override
    public Candidates best(TokenRows tokens, TokenRows positions, int place, int sharing, int count) {
        logProbs = null;
        boolean room = caches != null;
        boolean moved = !room && places != null && !past.isEmpty();
        if (room) {
            caches.prepare(places, tokens.rows(), place, sharing);
        }
        if (!moved) {
            places = null; // moved by now, or none
        }
        OrtDecoding.Step step = new OrtDecoding.Step(room || !past.isEmpty(), moved, masked, room);
        Map<String, OnnxTensor> own = new LinkedHashMap<>();
        own.put(OrtDecoding.IDS, room ? inSlots(tokens) : ids(tokens));
        if (positions != null) {
            own.put(OrtDecoding.POSITIONS, ids(positions));
        }
        if (step.moved()) {
            own.put(OrtDecoding.ROWS, OrtModule.row(places));
        }
        own.put(OrtDecoding.COUNT, OrtModule.row(count));
        if (room) {
            int[] lengths = new int[tokens.rows()];
            Arrays.fill(lengths, place);
            own.put(OrtDecoding.LENGTHS, OrtModule.counts(new long[] {lengths.length}, lengths));
            own.put(OrtDecoding.TOTAL, OrtModule.counts(new long[] {}, place + 1));
        }
        Map<String, OnnxTensor> given = new LinkedHashMap<>(own);
        given.putAll(room ? caches.inputs() : past);
        given.putAll(inputs);
        OrtSession.Result result;
        try {
            result = room
                    ? program.step(step).call(tokens.rows(), given, OrtDecoding.CHOSEN, caches.places())
                    : program.step(step).call(tokens.rows(), given);
        } finally {
            own.values().forEach(OnnxTensor::close);
        }
        close(owned);
        past.clear();
        owned.add(result);
        places = null;
        Map<String, OnnxTensor> results = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
            OnnxTensor tensor = (OnnxTensor) entry.getValue();
            results.put(entry.getKey(), tensor);
            if (!room && entry.getKey().startsWith(OrtDecoding.NEXT)) {
                past.put(entry.getKey().substring(OrtDecoding.NEXT.length()), tensor);
            }
        }
        scores = results.get(OrtDecoding.LOG_PROBS);
        return candidates(results, tokens.rows(), count);
    }

    private OnnxTensor inSlots(TokenRows tokens) {
        long[] byRow = tokens.flat();
        long[] ids = new long[byRow.length];
        for (int row = 0; row < ids.length; row++) {
            ids[slot(row)] = byRow[row];
        }
        return OrtModule.numbers(new long[] {ids.length, 1}, ids);
    }

    private int slot(int row) {
        return caches == null ? row : caches.slot(row);
    }

    private Candidates candidates(Map<String, OnnxTensor> results, int rows, int count) {
        FloatBuffer highest = results.get(OrtDecoding.HIGHEST).getFloatBuffer();
        FloatBuffer best = results.get(OrtDecoding.VALUES).getFloatBuffer();
        LongBuffer ids = results.get(OrtDecoding.TOKENS).getLongBuffer();
        float[] normalisers = new float[rows];
        float[] values = new float[rows * count];
        int[] tokens = new int[values.length];
        for (int row = 0; row < rows; row++) {
            int slot = slot(row);
            normalisers[row] = best.get(slot * count) - highest.get(slot);
            for (int i = 0; i < count; i++) {
                values[row * count + i] = best.get(slot * count + i) - normalisers[row];
                tokens[row * count + i] = (int) ids.get(slot * count + i);
            }
        }
        return Candidates.ranked(count, tokens, values, normalisers);
    }

    @Override
    public float[] logProbs(int row, int vocabularySize) {
        if (logProbs == null) {
            logProbs = scores.getFloatBuffer(); // a copy
        }
        float[] own = new float[vocabularySize];
        logProbs.get(slot(row) * vocabularySize, own);
        return own;
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
        if (caches != null) {
            logProbs = null; // the next step writes over what is forgotten
        } else if (length == 0) {
            close(owned);
            past.clear();
            places = null;
        } else {
            cut(0, length);
        }
    }

    private void cut(int from, int to) {
        logProbs = null;
        try (OnnxTensor first = OrtModule.row(from);
                OnnxTensor end = OrtModule.row(to)) {
            replace(
                    past,
                    owned,
                    (name, tensor) -> program.cut(name.equals(OrtDecoding.KEEP))
                            .call(0, Map.of(OrtDecoding.X, tensor, OrtDecoding.FROM, first, OrtDecoding.TO, end)));
        }
    }

    /** Has others in place of tensors, all or none of them. */
    private static void replace(
            Map<String, OnnxTensor> tensors,
            List<AutoCloseable> owned,
            BiFunction<String, OnnxTensor, OrtSession.Result> change) {
        List<AutoCloseable> made = new ArrayList<>();
        Map<String, OnnxTensor> changed = new LinkedHashMap<>();
        try {
            tensors.forEach((name, tensor) -> {
                OrtSession.Result result = change.apply(name, tensor);
                made.add(result);
                changed.put(name, (OnnxTensor) result.get(0));
            });
        } catch (RuntimeException e) {
            close(made);
            throw e;
        }
        close(owned);
        owned.addAll(made);
        tensors.putAll(changed);
    }

    @Override
    public void moveInputs(int[] rows) {
        try (OnnxTensor places = OrtModule.row(rows)) {
            replace(
                    inputs,
                    ownedInputs,
                    (name, tensor) ->
                            program.selection().call(0, Map.of(OrtDecoding.X, tensor, OrtDecoding.ROWS, places)));
        }
    }

    private static void close(List<AutoCloseable> all) {
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("OrtRows: tensors must be freed, got: " + e.getMessage(), e);
            }
        }
        all.clear();
    }

    @Override
    public void close() {
        logProbs = null;
        close(owned);
        close(ownedInputs);
        if (caches != null) {
            caches.close();
        }
        past.clear();
        inputs.clear();
    }
}

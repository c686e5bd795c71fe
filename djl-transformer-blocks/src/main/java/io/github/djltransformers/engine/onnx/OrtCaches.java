package io.github.djltransformers.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The past of an {@link OrtDecoding} with room for more tokens, which steps write where they are to stand. Where rows move,
 * two sets of caches take turns: rows of one are copied to the other.
 */
final class OrtCaches implements AutoCloseable {
    /** Tokens that room is made for at least. */
    private static final int LEAST_ROOM = 8;

    /** Of what there is, the part that room is made for. */
    private static final int PART = 4;

    private static final int AXES = 4;

    /** Keys and values by name, and what they belong to. */
    private record Held(AutoCloseable owner, Map<String, OnnxTensor> tensors) {}

    private final OrtDecoding program;
    private Held held;
    private Held spare; // of the same sizes, or null
    private int rows;
    private int capacity;

    private OrtCaches(OrtDecoding program, Held held, int rows, int capacity) {
        this.program = program;
        this.held = held;
        this.rows = rows;
        this.capacity = capacity;
    }

    /** Caches of no tokens. */
    static OrtCaches empty(OrtDecoding program, int rows) {
        long[] sizes = {
            rows, program.layout().keyValueHeads(), 0, program.layout().headSize()
        };
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            OnnxTensor nothing = OnnxTensor.createTensor(
                    OrtModule.environment(), ByteBuffer.allocateDirect(0).asFloatBuffer(), sizes);
            program.cacheNames().forEach(name -> tensors.put(name, nothing));
            return new OrtCaches(program, new Held(nothing, tensors), rows, 0);
        } catch (OrtException e) {
            throw OrtModule.failed(e);
        }
    }

    /**
     * Caches without room, until it is needed.
     *
     * @param owner what the tensors belong to, which these caches close
     */
    static OrtCaches of(
            OrtDecoding program, AutoCloseable owner, Map<String, OnnxTensor> tensors, int rows, int length) {
        return new OrtCaches(program, new Held(owner, new HashMap<>(tensors)), rows, length);
    }

    /**
     * Prepares a step of one token.
     *
     * @param places which row each goes on from, or null where each does from its own
     * @param count of rows
     * @param length tokens that each row has
     */
    void prepare(int[] places, int count, int length) {
        int[] from = places == null ? IntStream.range(0, count).toArray() : places;
        if (length == capacity) {
            renew(from, Math.max(LEAST_ROOM, length / PART));
        } else if (places != null && (spare == null || count != rows)) {
            renew(from, 0);
        } else if (places != null) {
            move(from);
        }
    }

    private void move(int[] from) {
        Map<String, OnnxTensor> given = new HashMap<>(held.tensors());
        try (OnnxTensor rowsFrom = rows(from)) {
            given.put(OrtDecoding.ROWS, rowsFrom);
            program.move().call(0, given, Set.of(), named(spare)).close();
        }
        Held before = held;
        held = spare;
        spare = before;
    }

    private static OnnxTensor rows(int... from) {
        return OrtModule.numbers(
                new long[] {from.length}, IntStream.of(from).asLongStream().toArray());
    }

    /** Copies rows into caches with more room; those before become the spare ones where they have as much. */
    private void renew(int[] from, long more) {
        Map<String, OnnxTensor> given = new HashMap<>(held.tensors());
        Held before = held;
        try (OnnxTensor rowsFrom = rows(from);
                OnnxTensor pads = OrtModule.numbers(new long[] {2L * AXES}, 0, 0, 0, 0, 0, 0, more, 0)) {
            given.put(OrtDecoding.ROWS, rowsFrom);
            given.put(OrtDecoding.PADS, pads);
            held = results(program.room().call(0, given));
        }
        if (more == 0 && from.length == rows) {
            spare = before;
        } else {
            close(before);
            close(spare);
            spare = null;
        }
        rows = from.length;
        capacity += (int) more;
    }

    private static Held results(OrtSession.Result result) {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        result.forEach(entry ->
                tensors.put(entry.getKey().substring(OrtDecoding.NEXT.length()), (OnnxTensor) entry.getValue()));
        return new Held(result, tensors);
    }

    /** What the step is given. */
    Map<String, OnnxTensor> inputs() {
        return held.tensors();
    }

    /** Where the step writes to. */
    Map<String, OnnxTensor> places() {
        return named(held);
    }

    private static Map<String, OnnxTensor> named(Held held) {
        Map<String, OnnxTensor> places = new LinkedHashMap<>();
        held.tensors().forEach((name, tensor) -> places.put(OrtDecoding.NEXT + name, tensor));
        return places;
    }

    private static void close(Held held) {
        if (held == null) {
            return;
        }
        try {
            held.owner().close();
        } catch (Exception e) {
            throw new IllegalStateException("OrtCaches: tensors must be freed, got: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        close(held);
        close(spare);
        held = null;
        spare = null;
    }
}

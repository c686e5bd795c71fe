package io.github.djltransformers.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import io.github.djltransformers.model.CacheLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The past of an {@link OrtDecoding} with room for more tokens, which steps write where they are to stand. One tensor after the other
 * is made again where there is to be more room, or other rows, so that no more than one is there twice.
 */
final class OrtCaches implements AutoCloseable {
    /** Tokens that room is made for at least. */
    private static final int LEAST_ROOM = 24;

    /** Of what there is, the part that room is made for. */
    private static final int PART = 4;

    private final OrtDecoding program;
    private final Map<String, OnnxTensor> tensors; // keys and values by name
    private OrtSlots slots;
    private int capacity;

    /**
     * Caches without room, until it is needed.
     *
     * @param tensors which these caches close
     */
    OrtCaches(OrtDecoding program, Map<String, OnnxTensor> tensors, int rows, int length) {
        this.program = program;
        this.tensors = new LinkedHashMap<>(tensors);
        slots = OrtSlots.inOrder(rows);
        capacity = length;
    }

    /** Caches of no tokens, with room for one: a search has but one row of each source then. */
    static OrtCaches empty(OrtDecoding program, int rows) {
        CacheLayout layout = program.layout();
        long[] sizes = {rows, layout.keyValueHeads(), 1, layout.headSize()};
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        program.cacheNames().forEach(name -> tensors.put(name, OrtModule.zeros(sizes)));
        return new OrtCaches(program, tensors, rows, 1);
    }

    /**
     * Prepares a step of one token.
     *
     * @param places which row each goes on from, or null where each does from its own
     * @param count of rows
     * @param length tokens that each row has
     * @param sharing how many rows, side by side, share a source
     */
    void prepare(int[] places, int count, int length, int sharing) {
        if (count != slots.rows()) {
            select(slots.of(places));
        } else if (places != null) {
            move(slots.move(places, program.readsSource() ? sharing : count));
        }
        if (length == capacity) {
            grow(Math.max(LEAST_ROOM, length / PART));
        }
    }

    private void select(int[] rows) {
        try (OnnxTensor from = OrtModule.row(rows)) {
            replaceEach(program.selection(), tensor -> Map.of(OrtDecoding.X, tensor, OrtDecoding.ROWS, from));
        }
        slots = OrtSlots.inOrder(rows.length);
    }

    private void grow(int more) {
        try (OnnxTensor pads = OrtModule.row(0, 0, 0, 0, 0, 0, more, 0)) {
            replaceEach(program.room(), tensor -> Map.of(OrtDecoding.X, tensor, OrtDecoding.PADS, pads));
        }
        capacity += more;
    }

    /** Frees each as soon as there is what takes its place. */
    private void replaceEach(OrtModule module, Function<OnnxTensor, Map<String, OnnxTensor>> inputs) {
        tensors.replaceAll((name, tensor) -> {
            OnnxTensor made = (OnnxTensor) module.call(0, inputs.apply(tensor)).get(0);
            tensor.close();
            return made;
        });
    }

    private void move(OrtSlots.Copies copies) {
        if (copies.isEmpty()) {
            return;
        }
        Map<String, OnnxTensor> given = new LinkedHashMap<>(tensors);
        try (OnnxTensor from = OrtModule.row(copies.from());
                OnnxTensor to = OrtModule.row(copies.to())) {
            given.put(OrtDecoding.FROM, from);
            given.put(OrtDecoding.TO, to);
            program.move().call(0, given, Set.of(), places()).close();
        }
    }

    /** The slot of a row, where inputs are given and outputs are found. */
    int slot(int row) {
        return slots.of(row);
    }

    /** What the step is given. */
    Map<String, OnnxTensor> inputs() {
        return tensors;
    }

    /** Where the step writes to. */
    Map<String, OnnxTensor> places() {
        Map<String, OnnxTensor> places = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> places.put(OrtDecoding.NEXT + name, tensor));
        return places;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        tensors.clear();
    }
}

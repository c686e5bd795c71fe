package io.github.djltransformers.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.stream.JsonWriter;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files. The bytes depend on the arguments alone: tensors stand by falling element size, then by
 * name, which aligns each to its element size; metadata stands by key.
 */
public final class SafeTensorsWriter {
    private static final int ALIGNMENT = 8;
    /** The most elements fetched from the engine at once. */
    private static final int PIECE = 1 << 26;

    private final String file;
    private final Map<String, NDArray> tensors;
    private final FloatStorage storage;
    private final int piece;

    private SafeTensorsWriter(String file, Map<String, NDArray> tensors, FloatStorage storage, int piece) {
        this.file = file;
        this.tensors = tensors;
        this.storage = storage;
        this.piece = piece;
    }

    /**
     * Writes a file with every value as it is.
     *
     * @param path the file; an existing one is replaced in one step once the new one is complete
     * @param tensors the tensors by name
     * @param metadata free-form text by key
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a tensor's type has no counterpart in the format
     */
    public static void write(Path path, Map<String, NDArray> tensors, Map<String, String> metadata) throws IOException {
        write(path, tensors, metadata, FloatStorage.FLOAT32);
    }

    /**
     * Writes a file.
     *
     * @param path the file; an existing one is replaced in one step once the new one is complete
     * @param tensors the tensors by name
     * @param metadata free-form text by key
     * @param storage how the values of FLOAT32 arrays are stored, rounded to the nearest value, ties to even; arrays of
     *     other types are stored as they are
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a tensor's type has no counterpart in the format, or a finite value would
     *     become infinite
     */
    public static void write(
            Path path, Map<String, NDArray> tensors, Map<String, String> metadata, FloatStorage storage)
            throws IOException {
        write(path, tensors, metadata, storage, PIECE);
    }

    static void write(
            Path path, Map<String, NDArray> tensors, Map<String, String> metadata, FloatStorage storage, int piece)
            throws IOException {
        if (tensors.containsKey("__metadata__")) {
            throw new IllegalArgumentException(
                    "SafeTensorsWriter: tensors must leave the name __metadata__ to the format, got a tensor of it");
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(path.toString(), tensors, storage, piece);
        List<TensorEntry> entries = writer.place();
        ByteBuffer header = header(entries, new TreeMap<>(Map.copyOf(metadata)));
        ReplacedFile.write(path, stream -> {
            WritableByteChannel channel = Channels.newChannel(stream);
            writeFully(channel, header);
            for (TensorEntry entry : entries) {
                writer.writeTensor(channel, entry);
            }
        });
    }

    private List<TensorEntry> place() {
        record Typed(String name, SafeTensorsType type, Shape shape) {}
        List<Typed> order = new ArrayList<>();
        tensors.forEach((name, array) -> order.add(new Typed(name, type(name, array.getDataType()), array.getShape())));
        order.sort(Comparator.comparingInt((Typed t) -> -t.type().bits()).thenComparing(Typed::name));
        List<TensorEntry> entries = new ArrayList<>();
        long begin = 0;
        for (Typed tensor : order) {
            long end = begin + tensor.shape().size() * (tensor.type().bits() / 8);
            entries.add(new TensorEntry(tensor.name(), tensor.type(), tensor.shape(), begin, end));
            begin = end;
        }
        return entries;
    }

    private SafeTensorsType type(String name, DataType type) {
        return switch (type) {
            case FLOAT32 -> storage.type();
            case FLOAT64 -> SafeTensorsType.F64;
            case FLOAT16 -> SafeTensorsType.F16;
            case INT64 -> SafeTensorsType.I64;
            case INT32 -> SafeTensorsType.I32;
            case INT8 -> SafeTensorsType.I8;
            case UINT8 -> SafeTensorsType.U8;
            case BOOLEAN -> SafeTensorsType.BOOL;
            default ->
                throw new IllegalArgumentException(Text.format(
                        "SafeTensorsWriter: tensor '%s' must be FLOAT64, FLOAT32, "
                                + "FLOAT16, INT64, INT32, INT8, UINT8 or BOOLEAN, got %s",
                        name, type));
        };
    }

    private static ByteBuffer header(List<TensorEntry> entries, Map<String, String> metadata) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name("__metadata__").beginObject();
                for (Map.Entry<String, String> item : metadata.entrySet()) {
                    json.name(item.getKey()).value(item.getValue());
                }
                json.endObject();
            }
            for (TensorEntry entry : entries) {
                json.name(entry.name()).beginObject();
                json.name("dtype").value(entry.type().name());
                json.name("shape").beginArray();
                for (long dimension : entry.shape().getShape()) {
                    json.value(dimension);
                }
                json.endArray();
                json.name("data_offsets").beginArray();
                json.value(entry.begin()).value(entry.end()).endArray();
                json.endObject();
            }
            json.endObject();
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (padded > SafeTensorsFile.MAX_HEADER_BYTES) {
            throw new IllegalArgumentException(Text.format(
                    "SafeTensorsWriter: the header must have at most %d bytes, got %d",
                    SafeTensorsFile.MAX_HEADER_BYTES, padded));
        }
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(bytes);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private void writeTensor(WritableByteChannel channel, TensorEntry entry) throws IOException {
        NDArray array = tensors.get(entry.name());
        long count = entry.shape().size();
        if (count <= piece) {
            writePiece(channel, entry, array);
            return;
        }
        for (long first = 0; first < count; first += piece) {
            long end = Math.min(count, first + piece);
            try (NDManager manager = array.getManager().newSubManager()) {
                NDArray flat = array.reshape(-1);
                flat.attach(manager);
                NDArray slice = flat.get(new NDIndex().addSliceDim(first, end));
                slice.attach(manager);
                writePiece(channel, entry, slice);
            }
        }
    }

    private void writePiece(WritableByteChannel channel, TensorEntry entry, NDArray array) throws IOException {
        if (entry.byteSize() == 0) {
            return;
        }
        ByteBuffer values = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (array.getDataType() == DataType.FLOAT32 && storage != FloatStorage.FLOAT32) {
            values = narrow(entry.name(), values.asFloatBuffer());
        }
        writeFully(channel, values);
    }

    private ByteBuffer narrow(String name, FloatBuffer values) {
        boolean half = storage == FloatStorage.FLOAT16;
        ByteBuffer narrowed =
                ByteBuffer.allocate(values.remaining() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            float value = values.get();
            short stored = half ? Float16.fromFloat(value) : BFloat16.fromFloat(value);
            float back = half ? Float16.toFloat(stored) : BFloat16.toFloat(stored);
            if (Float.isInfinite(back) && Float.isFinite(value)) {
                throw new IllegalArgumentException(Text.format(
                        "SafeTensorsWriter: tensor '%s' must stay finite as %s, got %s; store %s as FLOAT32",
                        name, storage, value, file));
            }
            narrowed.putShort(stored);
        }
        return narrowed.flip();
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}

package io.github.djltransformers.safetensors;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.UnreadableFile;
import io.github.djltransformers.ops.EngineKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file open for reading.
 *
 * <p>The layout is an unsigned 64-bit little-endian header length, a JSON header of that length and the tensors' bytes
 * (the format's own description: <a href="https://huggingface.co/docs/safetensors">safetensors</a>). Opening reads
 * and checks the header only; each {@link #read} fetches one tensor, so that files and tensors may exceed 2 GiB and no
 * more than one tensor is held twice.
 */
public final class SafeTensorsFile implements TensorSource {
    /** The longest header the format allows. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = Long.BYTES;
    /** The most bytes an array is created from at once; a multiple of every element size. */
    private static final int PIECE_BYTES = 1 << 24;
    /** The most 16-bit values widened at once. */
    private static final int WIDENED_VALUES = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final SafeTensorsHeader header;
    private final long dataStart;
    private final int pieceBytes;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);
    private Boolean keepsBuffers; // null before it is known

    private SafeTensorsFile(Path path, FileChannel channel, int pieceBytes)
            throws IOException, MalformedModelException {
        this.path = path;
        this.channel = channel;
        this.pieceBytes = pieceBytes;
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw malformed(Text.format("%s must have at least %d bytes, got %d", path, LENGTH_BYTES, size));
        }
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(length, 0);
        long headerLength = length.getLong(0);
        if (headerLength < 0 || headerLength > MAX_HEADER_BYTES) {
            requireOwnKind(length);
            throw malformed(Text.format(
                    "the header length of %s must be at most %d bytes, got %s",
                    path, MAX_HEADER_BYTES, Long.toUnsignedString(headerLength)));
        }
        dataStart = LENGTH_BYTES + headerLength;
        if (dataStart > size) {
            requireOwnKind(length);
            throw malformed(Text.format(
                    "the header length of %s must fit into its %d bytes, got %d", path, size, headerLength));
        }
        header = readHeader(headerLength, size - dataStart);
    }

    /** Names what is often found in place of a file: its beginning is no length. */
    private void requireOwnKind(ByteBuffer beginning) throws MalformedModelException {
        String text = StandardCharsets.ISO_8859_1
                .decode(beginning.duplicate().rewind())
                .toString();
        if (text.equals("version ")) {
            throw malformed(path + " must hold tensors, got a pointer of Git LFS; fetch the file by git lfs pull");
        } else if (text.stripLeading().startsWith("<")) {
            throw malformed(path + " must hold tensors, got a web page; download the file itself");
        } else if (text.startsWith("PK") || text.startsWith("\u0080")) {
            throw malformed(path + " must hold tensors, got PyTorch's own format, which can run code; convert it to"
                    + " safetensors");
        }
    }

    private SafeTensorsHeader readHeader(long length, long dataLength) throws IOException, MalformedModelException {
        ByteBuffer first = ByteBuffer.allocate((int) Math.min(1, length));
        fill(first, LENGTH_BYTES);
        if (length == 0 || first.get(0) != '{') {
            throw malformed(Text.format(
                    "the header of %s must begin with {, got %s",
                    path, length == 0 ? "none" : Text.format("0x%02x", first.get(0))));
        }
        InputStream bytes = new InputStream() {
            private long position = LENGTH_BYTES;

            @Override
            public int read() {
                throw new UnsupportedOperationException("readers take several bytes at once");
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                int count = (int) Math.min(most, dataStart - position);
                if (count == 0) {
                    return -1;
                }
                fill(ByteBuffer.wrap(into, from, count).slice(), position);
                position += count;
                return count;
            }
        };
        try {
            Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
            return SafeTensorsHeader.parse(path.toString(), text, dataLength);
        } catch (CharacterCodingException e) {
            throw new MalformedModelException(
                    Text.format("SafeTensorsFile: the header of %s must be UTF-8, got other bytes", path), e);
        }
    }

    /**
     * Opens a file and checks its header: valid JSON, known types, sizes without overflow, and tensors that cover the
     * data exactly, without hole or overlap.
     *
     * @param path the file
     * @return the open file
     * @throws IOException if the file cannot be read, naming it and the reason
     * @throws MalformedModelException if the file is not a safetensors file, naming the file, the tensor, the rule and
     *     the value found
     */
    public static SafeTensorsFile open(Path path) throws IOException, MalformedModelException {
        return open(path, PIECE_BYTES);
    }

    static SafeTensorsFile open(Path path, int pieceBytes) throws IOException, MalformedModelException {
        FileChannel channel = openChannel(path);
        try {
            return new SafeTensorsFile(path, channel, pieceBytes);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel openChannel(Path path) throws IOException {
        RegularFile.require("SafeTensorsFile", path);
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw UnreadableFile.of("SafeTensorsFile", path, e);
        }
    }

    /**
     * Returns the names of the tensors.
     *
     * @return the names in the header's order, unmodifiable
     */
    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /**
     * Returns the header's free-form metadata.
     *
     * @return the metadata, unmodifiable; empty if the file has none
     */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Returns what the header says about a tensor.
     *
     * @param name the tensor's name
     * @return the tensor's entry
     * @throws IllegalArgumentException if the file has no such tensor
     */
    @Override
    public TensorEntry entry(String name) {
        TensorEntry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException(Text.format(
                    "SafeTensorsFile: name must be one of the %d tensors in %s, got '%s'",
                    header.entries().size(), path, name));
        }
        return entry;
    }

    /**
     * Reads a tensor. F64, F32, I64, I32, U8, I8 and BOOL keep their type; F16 and BF16 are widened to FLOAT32, exactly.
     *
     * @param manager the manager to own the array, and whose device it is put on
     * @param name the tensor's name
     * @return the array, its memory its own
     * @throws IllegalArgumentException if the file has no such tensor
     * @throws IOException if the file is closed or cannot be read, or was cut short since it was opened
     * @throws MalformedModelException if the tensor has another type, or is BOOL and holds a byte other than 0 and 1
     */
    @Override
    public synchronized NDArray read(NDManager manager, String name) throws IOException, MalformedModelException {
        TensorEntry entry = entry(name);
        SafeTensorsType type = entry.type();
        DataType readAs = type.readAs()
                .orElseThrow(() -> malformed(Text.format(
                        "tensor '%s' in %s must be F64, F32, F16, BF16, I64, I32, I8, U8 or BOOL, got %s",
                        name, path, type)));
        long count = entry.shape().size();
        if (count == 0) {
            return empty(manager, entry, readAs);
        }
        boolean held = EngineKind.of(manager.getEngine().getEngineName()) == EngineKind.HOLDING;
        int perPiece = (held ? Integer.MAX_VALUE : pieceBytes) / readAs.getNumOfBytes();
        if (count <= perPiece) {
            return readPiece(manager, entry, readAs, 0, entry.shape());
        }
        try (NDManager pieces = manager.newSubManager()) {
            NDList flat = new NDList();
            for (long first = 0; first < count; first += perPiece) {
                Shape shape = new Shape(Math.min(perPiece, count - first));
                flat.add(readPiece(pieces, entry, readAs, first, shape));
            }
            NDArray joined = NDArrays.concat(flat).reshape(entry.shape());
            joined.attach(manager);
            return joined;
        }
    }

    private NDArray empty(NDManager manager, TensorEntry entry, DataType type) throws MalformedModelException {
        try {
            return manager.create(entry.shape(), type);
        } catch (RuntimeException e) {
            throw new MalformedModelException(
                    Text.format(
                            "SafeTensorsFile: tensor '%s' in %s must have a shape that the engine takes, got %s",
                            entry.name(), path, entry.shape()),
                    e);
        }
    }

    private NDArray readPiece(NDManager manager, TensorEntry entry, DataType readAs, long first, Shape shape)
            throws IOException, MalformedModelException {
        int count = Math.toIntExact(shape.size());
        int storedBytes = entry.type().bits() / 8;
        long position = dataStart + entry.begin() + first * storedBytes;
        int bytes = Math.multiplyExact(count, readAs.getNumOfBytes());
        boolean held = EngineKind.of(manager.getEngine().getEngineName())
                == EngineKind.HOLDING; // in the buffer itself, which cannot be joined or copied
        ByteBuffer values = held ? ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()) : scratch(bytes);
        switch (entry.type()) {
            case F16, BF16 -> widen(entry.type(), position, values.asFloatBuffer());
            default -> fill(values, position);
        }
        if (entry.type() == SafeTensorsType.BOOL) {
            checkBooleans(entry, values);
        }
        NDArray array = manager.create(values, shape, readAs);
        if (held || !keepsBuffers(manager)) {
            return array;
        }
        try (array) {
            return array.duplicate(); // gives the scratch memory back
        }
    }

    /** Whether the engine keeps a buffer as an array's memory, instead of copying it. */
    private boolean keepsBuffers(NDManager manager) {
        if (keepsBuffers == null) {
            ByteBuffer probe = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
            try (NDArray array = manager.create(probe, new Shape(1), DataType.FLOAT32)) {
                probe.putFloat(0, 1);
                keepsBuffers = array.getFloat() == 1;
            }
        }
        return keepsBuffers;
    }

    private ByteBuffer scratch(int size) {
        if (scratch.capacity() < size) {
            scratch = ByteBuffer.allocateDirect(size);
        }
        return scratch.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void widen(SafeTensorsType type, long position, FloatBuffer into) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(WIDENED_VALUES, into.remaining()) * Short.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        long from = position;
        while (into.hasRemaining()) {
            bytes.clear().limit(Math.min(WIDENED_VALUES, into.remaining()) * Short.BYTES);
            fill(bytes, from);
            from += bytes.limit();
            ShortBuffer stored = bytes.asShortBuffer();
            while (stored.hasRemaining()) {
                short value = stored.get();
                into.put(type == SafeTensorsType.F16 ? Float16.toFloat(value) : BFloat16.toFloat(value));
            }
        }
    }

    private void checkBooleans(TensorEntry entry, ByteBuffer values) throws MalformedModelException {
        for (int i = 0; i < values.limit(); i++) {
            int value = values.get(i) & 0xff;
            if (value > 1) {
                throw malformed(
                        Text.format("tensor '%s' in %s must hold bytes 0 and 1, got %d", entry.name(), path, value));
            }
        }
    }

    /** Fills the buffer from the file and rewinds it. */
    private void fill(ByteBuffer buffer, long position) throws IOException {
        long from = position;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, from);
            if (count < 0) {
                throw new EOFException("SafeTensorsFile: " + path + " was cut short while it was read");
            }
            from += count;
        }
        buffer.rewind();
    }

    private static MalformedModelException malformed(String message) {
        return new MalformedModelException("SafeTensorsFile: " + message);
    }

    @Override
    public synchronized void close() throws IOException {
        scratch = ByteBuffer.allocateDirect(0);
        channel.close();
    }
}

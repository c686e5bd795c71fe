package io.github.djltransformers.engine.pytorch;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an archive as PyTorch itself lays it out: entries below one folder, stored, the data of each beginning at a
 * multiple of 64 bytes, so that a reader may map it into memory. The same entries give the same bytes.
 */
final class TorchArchiveWriter implements AutoCloseable {
    static final int ALIGNMENT = 64;

    private static final String FOLDER = "archive/";
    private static final int LOCAL_HEADER = 30;
    /** An extra field's tag and length. */
    private static final int EXTRA_HEADER = 4;
    /** The tag with which PyTorch marks padding: FB. */
    private static final short PADDING_TAG = 0x4246;
    /** A time without meaning; the format knows none before 1980. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private static final int PIECE = 1 << 16;

    private final Counted counted;
    private final ZipOutputStream zip;
    private final byte[] piece = new byte[PIECE];

    TorchArchiveWriter(OutputStream target) {
        counted = new Counted(new BufferedOutputStream(target, PIECE));
        zip = new ZipOutputStream(counted);
        zip.setMethod(ZipOutputStream.STORED);
    }

    void put(String name, String text) throws IOException {
        put(name, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    void put(String name, ByteBuffer content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content.duplicate());
        ZipEntry entry = new ZipEntry(FOLDER + name);
        entry.setTimeLocal(TIME);
        entry.setSize(content.remaining());
        entry.setCrc(sum.getValue());
        entry.setExtra(padding(entry.getName()));
        zip.putNextEntry(entry);
        ByteBuffer rest = content.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(rest.remaining(), PIECE);
            rest.get(piece, 0, count);
            zip.write(piece, 0, count);
        }
        zip.closeEntry();
    }

    /** The extra field that moves an entry's data to the next multiple of the alignment. */
    private byte[] padding(String name) {
        long data = counted.count + LOCAL_HEADER + name.getBytes(StandardCharsets.UTF_8).length + EXTRA_HEADER;
        int length = (int) (-data & (ALIGNMENT - 1));
        byte[] field = new byte[EXTRA_HEADER + length];
        Arrays.fill(field, (byte) 'Z');
        ByteBuffer.wrap(field)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(PADDING_TAG)
                .putShort((short) length);
        return field;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Knows how much was written. */
    private static final class Counted extends FilterOutputStream {
        private long count;

        Counted(OutputStream target) {
            super(target);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count += length;
        }
    }
}

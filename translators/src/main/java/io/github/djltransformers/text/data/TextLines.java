package io.github.djltransformers.text.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a UTF-8 file, plain or gzip (told by its first two bytes). Lines end with LF or CR LF; a byte order mark
 * is skipped. Each line is decoded by itself and strictly, so that a broken one can be named.
 */
final class TextLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private long number;

    TextLines(Path file) throws IOException {
        this.file = file;
        try {
            in = open(file);
        } catch (IOException failure) {
            throw new IOException("ParallelCorpus: file must be readable, got " + file + " (" + failure + ")", failure);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
            raw.reset();
            return gzip ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES) : raw;
        } catch (IOException failure) {
            raw.close();
            throw failure;
        }
    }

    /** Returns the next line without its end, or null after the last. */
    String next() throws IOException {
        line.reset();
        int value = read();
        if (value < 0) {
            return null;
        }
        while (value >= 0 && value != '\n') {
            line.write(value);
            value = read();
        }
        number++;
        String text = decode(line.toByteArray());
        boolean marked = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
        int end = text.endsWith("\r") ? text.length() - 1 : text.length();
        return text.substring(marked ? 1 : 0, end);
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (IOException failure) {
            throw new IOException(
                    "ParallelCorpus: file must be readable, got " + file + " (" + failure + " in line " + (number + 1)
                            + ")",
                    failure);
        }
    }

    private String decode(byte[] bytes) {
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        decoder.reset();
        CoderResult result = decoder.decode(input, text, true);
        if (result.isError()) {
            throw new IllegalArgumentException(
                    "ParallelCorpus: %s must be valid UTF-8, got 0x%02X as byte %d of the line"
                            .formatted(place(), bytes[input.position()], input.position() + 1));
        }
        return text.flip().toString();
    }

    /** Returns the line read last, as error messages name it. */
    String place() {
        return "line " + number + " of " + file;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

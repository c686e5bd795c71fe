package io.github.djltransformers.text.data;

import io.github.djltransformers.Text;
import io.github.djltransformers.UnreadableFile;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a UTF-8 text, plain or gzip (told by its first two bytes). Lines end with LF or CR LF, and with nothing else;
 * a byte order mark is skipped. Each line is decoded by itself and strictly, so that a broken one can be named, and those
 * before it read.
 */
public final class TextLines implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from; // the bytes read and not yet given are those from here
    private int to;
    private boolean ended;
    private long number;
    private IOException failure;

    private TextLines(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it cannot be read, naming it
     */
    public static TextLines open(Path file) throws IOException {
        InputStream stream;
        try {
            stream = Files.newInputStream(file);
        } catch (IOException e) {
            throw UnreadableFile.of("TextLines", file, e);
        }
        return of(file.toString(), stream);
    }

    /**
     * Reads a stream.
     *
     * @param name what errors call it
     * @param stream closed with the lines
     * @throws IOException if it begins like gzip and is not
     */
    public static TextLines of(String name, InputStream stream) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(stream, BUFFER_BYTES);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
            raw.reset();
            return new TextLines(name, gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw);
        } catch (IOException e) {
            stream.close();
            throw unreadable(name, e);
        }
    }

    private static IOException unreadable(String name, IOException cause) {
        return new IOException(Text.format("%s must be readable, got: %s", name, cause), cause);
    }

    /**
     * Returns the next line without its end, or null after the last.
     *
     * @throws IOException if it cannot be read or is not UTF-8, naming the text, the line and the byte
     */
    public String next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        int end = lineEnd(from);
        while (end < 0 && !ended) {
            int searched = to - from;
            read();
            end = lineEnd(from + searched);
        }
        if (end < 0 && from == to) {
            return null;
        }
        int stop = end < 0 ? to : end;
        number++;
        String line = decode(from, stop > from && end >= 0 && buffer[stop - 1] == '\r' ? stop - 1 : stop);
        from = Math.min(to, stop + 1);
        return line;
    }

    private int lineEnd(int start) {
        for (int i = start; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void read() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.multiplyExact(2, buffer.length));
        }
        try {
            int count = in.read(buffer, to, buffer.length - to);
            ended = count < 0;
            to += Math.max(0, count);
        } catch (IOException e) {
            throw new IOException(Text.format("%s must be readable, got: %s in line %d", name, e, number + 1), e);
        }
    }

    private String decode(int start, int stop) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, start, stop - start);
        CharBuffer text = CharBuffer.allocate(stop - start);
        CoderResult result = decoder.reset().decode(bytes, text, true);
        if (result.isError()) {
            throw new IOException(Text.format(
                    "%s must be UTF-8, got 0x%02X as byte %d of the line",
                    place(), buffer[bytes.position()], bytes.position() - start + 1));
        }
        String line = text.flip().toString();
        return number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? line.substring(1) : line;
    }

    /**
     * Returns the next line and as many more as are complete without waiting, at most so many; none after the last. One that
     * cannot be read is left for the next call, so that those before it are not lost.
     */
    public List<String> available(int limit) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = next();
        while (line != null) {
            lines.add(line);
            line = null;
            if (lines.size() < limit) {
                try {
                    line = isComplete() ? next() : null;
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        return lines;
    }

    private boolean isComplete() throws IOException {
        while (lineEnd(from) < 0 && !ended && in.available() > 0) {
            read();
        }
        return lineEnd(from) >= 0 || ended && from < to;
    }

    /** Reads what is left and returns how many lines there were in all. */
    public long countAll() throws IOException {
        String line = next();
        while (line != null) {
            line = next();
        }
        return number;
    }

    /** What errors call the text. */
    public String name() {
        return name;
    }

    /** Returns the line read last, as error messages name it. */
    public String place() {
        return "line " + number + " of " + name;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package io.github.djltransformers.zoo.cli;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The lines of a UTF-8 text: a file, one packed by gzip if its name ends in .gz, or standard input. */
final class TextLines implements Closeable {
    /** The name of standard input. */
    static final String STANDARD_INPUT = "-";

    private final String name;
    private final BufferedReader reader;
    private long count;

    private TextLines(String name, InputStream stream) {
        this.name = name;
        // A decoder made here reports false bytes; a charset's name would replace them silently.
        reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()));
    }

    static TextLines open(String name) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return new TextLines("standard input", System.in);
        }
        InputStream stream = Files.newInputStream(Path.of(name));
        if (!name.endsWith(".gz")) {
            return new TextLines(name, stream);
        }
        try {
            return new TextLines(name, new GZIPInputStream(stream));
        } catch (IOException e) {
            stream.close();
            throw new IOException("%s must be a gzip file, got: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Returns the next line, or null after the last. */
    String next() throws IOException {
        try {
            String line = reader.readLine();
            if (line != null) {
                count++;
            }
            return line;
        } catch (CharacterCodingException e) {
            throw new IOException("%s must be UTF-8, got other bytes".formatted(name), e);
        }
    }

    /** Returns the next line and as many more as come without waiting, at most so many; none after the last. */
    List<String> available(int limit) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = next();
        while (line != null) {
            lines.add(line);
            line = lines.size() < limit && reader.ready() ? next() : null;
        }
        return lines;
    }

    /** Reads what is left and returns how many lines there were in all. */
    long countAll() throws IOException {
        String line = next();
        while (line != null) {
            line = next();
        }
        return count;
    }

    String name() {
        return name;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}

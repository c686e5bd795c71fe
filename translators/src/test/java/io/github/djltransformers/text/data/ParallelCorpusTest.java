package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ParallelCorpusTest {
    private static final List<SentencePair> PAIRS =
            List.of(new SentencePair("Good day", "Grüß Gott"), new SentencePair("", "leer 😀"));

    @TempDir
    Path directory;

    @Test
    void readsTwoColumns() throws IOException {
        Path plain = write("a.tsv", "Good day\tGrüß Gott\n\tleer 😀\n");
        assertEquals(PAIRS, ParallelCorpus.readTsv(plain).pairs());
        Path windows = write("b.tsv", "\uFEFFGood day\tGrüß Gott\r\n\tleer 😀");
        assertEquals(PAIRS, ParallelCorpus.readTsv(windows).pairs());
        assertEquals(List.of(), ParallelCorpus.readTsv(write("c.tsv", "")).pairs());
    }

    @Test
    void readsGzipWhateverTheName() throws IOException {
        Path file = directory.resolve("packed.tsv");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("Good day\tGrüß Gott\n\tleer 😀\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(PAIRS, ParallelCorpus.readTsv(file).pairs());
    }

    @Test
    void readsAlignedFiles() throws IOException {
        Path source = write("s.en", "Good day\n\n");
        Path target = write("s.de", "Grüß Gott\nleer 😀\n");
        assertEquals(PAIRS, ParallelCorpus.readLines(source, target).pairs());
    }

    @Test
    void reversedExchangesTheSides() {
        ParallelCorpus reversed = new ParallelCorpus(PAIRS).reversed();
        assertEquals(new SentencePair("Grüß Gott", "Good day"), reversed.pairs().get(0));
        assertEquals(PAIRS, reversed.reversed().pairs());
    }

    @Test
    void namesFileLineAndByteOfInvalidUtf8() throws IOException {
        Path file = directory.resolve("broken.tsv");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("a\tb\nGr".getBytes(StandardCharsets.UTF_8));
        bytes.write(0xFC);
        bytes.writeBytes("n\tgreen\n".getBytes(StandardCharsets.UTF_8));
        Files.write(file, bytes.toByteArray());
        assertEquals(
                "line 2 of " + file + " must be UTF-8, got 0xFC as byte 3 of the line",
                messageOf(() -> ParallelCorpus.readTsv(file)));

        Files.write(file, new byte[] {'a', '\t', 'b', (byte) 0xC3});
        assertEquals(
                "line 1 of " + file + " must be UTF-8, got 0xC3 as byte 4 of the line",
                messageOf(() -> ParallelCorpus.readTsv(file)));
    }

    @Test
    void namesTheLineWithOtherColumns() throws IOException {
        Path one = write("one.tsv", "a\tb\nnothing here\n");
        assertEquals(
                "ParallelCorpus: line 2 of " + one + " must have 2 columns separated by a tab, got 1",
                messageOf(() -> ParallelCorpus.readTsv(one)));
        Path three = write("three.tsv", "a\tb\tc\n");
        assertEquals(
                "ParallelCorpus: line 1 of " + three + " must have 2 columns separated by a tab, got 3",
                messageOf(() -> ParallelCorpus.readTsv(three)));
    }

    @Test
    void namesBothLineCounts() throws IOException {
        Path longer = write("longer", "1\n2\n3\n4\n5\n");
        Path shorter = write("shorter", "1\n2\n3");
        assertEquals(
                "ParallelCorpus: source and target must have equally many lines, got 5 in " + longer + " and 3 in "
                        + shorter,
                messageOf(() -> ParallelCorpus.readLines(longer, shorter)));
        assertEquals(
                "ParallelCorpus: source and target must have equally many lines, got 3 in " + shorter + " and 5 in "
                        + longer,
                messageOf(() -> ParallelCorpus.readLines(shorter, longer)));
    }

    @Test
    void namesTheUnreadableFile() throws IOException {
        Path missing = directory.resolve("missing.tsv");
        IOException failure = assertThrows(IOException.class, () -> ParallelCorpus.readTsv(missing));
        assertEquals(
                "TextLines: file must be readable, got " + missing + " which does not exist; check the path",
                failure.getMessage());

        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write("a\tb\n".getBytes(StandardCharsets.UTF_8));
        }
        Path cut = directory.resolve("cut.gz");
        Files.write(cut, Arrays.copyOf(packed.toByteArray(), packed.size() - 6));
        String message = assertThrows(IOException.class, () -> ParallelCorpus.readTsv(cut))
                .getMessage();
        assertTrue(message.startsWith(cut + " must be readable, got: java.io.EOFException"), message);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String messageOf(Executable reading) {
        return assertThrows(Exception.class, reading).getMessage();
    }
}

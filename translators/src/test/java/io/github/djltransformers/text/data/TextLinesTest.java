package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TextLinesTest {
    @Test
    @Timeout(30)
    void aWholeLineDoesNotWaitForTheNextToBeWhole() throws IOException {
        try (PipedOutputStream out = new PipedOutputStream();
                TextLines lines = linesOf(out, "one\ntwo\nthr")) {
            assertEquals(List.of("one", "two"), lines.available(10));
            out.write("ee\n".getBytes(StandardCharsets.UTF_8));
            assertEquals(List.of("three"), lines.available(10));
            out.close();
            assertEquals(List.of(), lines.available(10));
        }
    }

    private static TextLines linesOf(PipedOutputStream out, String begun) throws IOException {
        PipedInputStream in = new PipedInputStream(out);
        out.write(begun.getBytes(StandardCharsets.UTF_8));
        return TextLines.of("pipe", in);
    }

    @Test
    void linesAreLongerThanAnyBufferAndEndWithLineFeedsAlone() throws IOException {
        String wide = "é".repeat(100_000);
        byte[] text = ("\uFEFF" + wide + "\r\na\rb\u2028c\n\nlast").getBytes(StandardCharsets.UTF_8);
        try (TextLines lines = TextLines.of("text", new ByteArrayInputStream(text))) {
            assertEquals(wide, lines.next());
            assertEquals("a\rb\u2028c", lines.next());
            assertEquals("", lines.next());
            assertEquals("last", lines.next());
            assertNull(lines.next());
            assertEquals(4, lines.countAll());
        }
    }

    @Test
    void theLinesBeforeABrokenOneComeFirst() throws IOException {
        byte[] text = {'a', '\n', 'b', '\n', 'c', (byte) 0xc3, '\n', 'd', '\n'};
        try (TextLines lines = TextLines.of("text", new ByteArrayInputStream(text))) {
            assertEquals(List.of("a", "b"), lines.available(10));
            assertEquals(
                    "line 3 of text must be UTF-8, got 0xC3 as byte 2 of the line",
                    assertThrows(IOException.class, () -> lines.available(10)).getMessage());
        }
    }
}

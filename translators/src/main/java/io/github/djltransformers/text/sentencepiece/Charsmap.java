package io.github.djltransformers.text.sentencepiece;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * The replacements of SentencePiece's normalisation: a trie of what is replaced, as a double array (Yata et al.,
 * Darts-clone), the replacements behind it. At each place of a text, the longest rule that fits is taken.
 */
public final class Charsmap {
    private static final int ASTRAY = 0x800000FF;
    /** Else a short text could become one that fills the memory. */
    private static final int MAX_REPLACEMENT = 1024;

    private final byte[] blob;
    private final IntBuffer units;
    private final ByteBuffer replacements;

    /**
     * Takes rules as a model's file holds them.
     *
     * @param blob the size of the trie in bytes, the trie, the replacements; empty for none
     * @throws IllegalArgumentException if the rules have a {@link #fault}
     */
    public Charsmap(byte[] blob) {
        String fault = blob.length == 0 ? null : fault(blob);
        if (fault != null) {
            throw new IllegalArgumentException("Charsmap: blob must be rules of SentencePiece, got " + fault);
        }
        this.blob = blob.clone();
        ByteBuffer bytes = ByteBuffer.wrap(this.blob).order(ByteOrder.LITTLE_ENDIAN);
        int size = blob.length == 0 ? 0 : bytes.getInt();
        units = bytes.slice(bytes.position(), size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        replacements = bytes.slice(bytes.position() + size, bytes.remaining() - size);
    }

    /** The rules as a model's file holds them; empty for none. */
    public byte[] blob() {
        return blob.clone();
    }

    /** The text with all that is replaced. */
    public AlignedText map(String text) {
        AlignedText.Builder mapped = new AlignedText.Builder(text.length());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        int character = 0; // the place in the text
        while (at < bytes.length) {
            Match match = longest(bytes, at);
            int next = match.end > at ? match.end : Math.min(bytes.length, at + characterLength(bytes[at]));
            int end = character + utf16Length(bytes, at, next);
            String written = match.end > at
                    ? replacement(match.replacement)
                    : new String(bytes, at, next - at, StandardCharsets.UTF_8);
            mapped.append(written, character, end);
            at = next;
            character = end;
        }
        return mapped.build();
    }

    /** The rule for the longest text from a place on. */
    private Match longest(byte[] bytes, int from) {
        if (units.limit() == 0) {
            return new Match(from, 0);
        }
        Match match = new Match(from, 0);
        int node = offset(units.get(0));
        for (int i = from; i < bytes.length; i++) {
            int label = bytes[i] & 0xFF;
            int unit = label == 0 ? 0 : units.get(node ^ label);
            if (label == 0 || (unit & ASTRAY) != label) {
                break;
            }
            node ^= label ^ offset(unit);
            if ((unit >> 8 & 1) == 1) {
                match = new Match(i + 1, units.get(node) & 0x7FFFFFFF);
            }
        }
        return match;
    }

    private String replacement(int from) {
        int end = from;
        while (end < replacements.limit() && replacements.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8
                .decode(replacements.slice(from, end - from))
                .toString();
    }

    /** Bytes that begin no character add nothing. */
    private static int utf16Length(byte[] bytes, int from, int to) {
        int length = 0;
        for (int i = from; i < to; i++) {
            int value = bytes[i] & 0xFF;
            length += value < 0x80 || value >= 0xC0 && value < 0xF0 ? 1 : value >= 0xF0 ? 2 : 0;
        }
        return length;
    }

    /**
     * What a rule replaces.
     *
     * @param end where it ends; its beginning for no rule
     * @param replacement where the replacement begins
     */
    private record Match(int end, int replacement) {}

    private static int characterLength(byte first) {
        if (first >= 0) {
            return 1;
        }
        return (first & 0xFF) < 0xE0 ? 2 : (first & 0xFF) < 0xF0 ? 3 : 4;
    }

    /**
     * Says what is wrong with rules, or null if nothing is: where they lead astray, the native tokenizer, which follows them
     * without looking, ends the process.
     */
    public static String fault(byte[] blob) {
        ByteBuffer bytes = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        if (blob.length < 2 * Integer.BYTES) {
            return "fewer than 8 bytes";
        }
        long size = bytes.getInt() & 0xFFFFFFFFL;
        if (size % Integer.BYTES != 0 || size < Integer.BYTES || size > bytes.remaining()) {
            return "a trie of " + size + " bytes";
        }
        IntBuffer units = bytes.slice(Integer.BYTES, (int) size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        ByteBuffer text = bytes.slice(Integer.BYTES + (int) size, blob.length - Integer.BYTES - (int) size);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(text.duplicate());
        } catch (CharacterCodingException e) {
            return "replacements that are not UTF-8";
        }
        return walk(units, text);
    }

    private static String walk(IntBuffer units, ByteBuffer text) {
        BitSet seen = new BitSet(units.limit());
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(units.get(0)));
        while (!open.isEmpty()) {
            int node = open.pop();
            if ((node | 0xFF) < 0 || (node | 0xFF) >= units.limit()) {
                return "a node outside the trie";
            }
            if (seen.get(node)) {
                continue;
            }
            seen.set(node);
            for (int label = 1; label < 256; label++) {
                int unit = units.get(node ^ label);
                if ((unit & ASTRAY) != label) {
                    continue;
                }
                int next = node ^ label ^ offset(unit);
                if ((unit >> 8 & 1) == 1) {
                    if (next >= units.limit()) {
                        return "a leaf outside the trie";
                    }
                    int place = units.get(next) & 0x7FFFFFFF;
                    if (place > text.limit() || place < text.limit() && (text.get(place) & 0xC0) == 0x80) {
                        return "a replacement outside the text";
                    }
                    if (place + MAX_REPLACEMENT < text.limit() && !endsWithin(text.slice(place, MAX_REPLACEMENT))) {
                        return "a replacement of more than " + MAX_REPLACEMENT + " bytes";
                    }
                }
                open.push(next);
            }
        }
        return null;
    }

    private static boolean endsWithin(ByteBuffer text) {
        for (int i = 0; i < text.limit(); i++) {
            if (text.get(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 0x200) >> 6);
    }
}

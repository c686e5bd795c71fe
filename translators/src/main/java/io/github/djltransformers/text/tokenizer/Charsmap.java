package io.github.djltransformers.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Checks the rules of SentencePiece's normalisation: a trie as a double array (Yata et al., Darts-clone), by its size in
 * bytes, the replacements behind it. The native tokenizer follows it without looking, and ends the process where it leads
 * astray.
 */
final class Charsmap {
    private static final int ASTRAY = 0x800000FF;

    private Charsmap() {}

    /** Says what is wrong, or null if nothing is. */
    static String fault(byte[] blob) {
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
                }
                open.push(next);
            }
        }
        return null;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 0x200) >> 6);
    }
}

package io.github.djltransformers.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The printable character that stands for each byte in a byte-level vocabulary (Radford et al. 2019, GPT-2): a byte
 * that is a visible Latin-1 character stands for itself, the others take the code points from U+0100 on, in order.
 */
public final class ByteSymbols {
    private static final char[] OF_BYTE = new char[256];

    static {
        int spare = 0x100;
        for (int value = 0; value < 256; value++) {
            OF_BYTE[value] = isVisible(value) ? (char) value : (char) spare++;
        }
    }

    private static final Map<Character, Integer> BYTES = new HashMap<>();

    static {
        for (int value = 0; value < OF_BYTE.length; value++) {
            BYTES.put(OF_BYTE[value], value);
        }
    }

    private ByteSymbols() {}

    /**
     * The bytes that the symbols of a token stand for.
     *
     * @return null for a token with another character, which no text is made of
     */
    public static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            Integer value = BYTES.get(token.charAt(i));
            if (value == null) {
                return null;
            }
            bytes[i] = value.byteValue();
        }
        return bytes;
    }

    private static boolean isVisible(int latin1) {
        return latin1 >= '!' && latin1 <= '~' || latin1 >= 0xA1 && latin1 != 0xAD && latin1 <= 0xFF;
    }

    /** Returns the 256 symbols in the order of their bytes. */
    static List<String> all() {
        return IntStream.range(0, 256).mapToObj(b -> String.valueOf(OF_BYTE[b])).toList();
    }

    /** Returns the symbols of a text's UTF-8 bytes. */
    static List<String> of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> String.valueOf(OF_BYTE[bytes[i] & 0xFF]))
                .toList();
    }
}

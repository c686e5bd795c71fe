package io.github.djltransformers.text.sentencepiece;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The fields of one message in the wire format of protocol buffers, one after the other. */
final class ProtobufFields {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final int MAX_VARINT_BITS = 64;
    /** Stands for what is not UTF-8, and may as well be meant. */
    private static final char REPLACEMENT = '\uFFFD';

    private final ByteBuffer message;
    private int wireType;

    ProtobufFields(ByteBuffer message) {
        this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasNext() {
        return message.hasRemaining();
    }

    /** The number of the next field, whose value is to be taken by one of the methods below. */
    int next() throws BadMessageException {
        long key = varint();
        wireType = (int) (key & 7);
        return (int) Math.min(key >>> 3, Integer.MAX_VALUE);
    }

    long whole() throws BadMessageException {
        require(VARINT);
        return varint();
    }

    boolean flag() throws BadMessageException {
        return whole() != 0;
    }

    float real() throws BadMessageException {
        require(FIXED_32);
        requireBytes(Float.BYTES);
        return message.getFloat();
    }

    /** The bytes of a nested message, of a text or of bytes. */
    ByteBuffer bytes() throws BadMessageException {
        require(BYTES);
        long length = varint();
        requireBytes(length);
        ByteBuffer bytes = message.slice(message.position(), (int) length);
        message.position(message.position() + (int) length);
        return bytes;
    }

    String text() throws BadMessageException {
        ByteBuffer bytes = bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        String text = new String(copy, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.rewind()).toString();
        } catch (CharacterCodingException e) {
            throw new BadMessageException("a text that is not UTF-8", e);
        }
    }

    void skip() throws BadMessageException {
        switch (wireType) {
            case VARINT -> varint();
            case BYTES -> bytes();
            case FIXED_32 -> skipBytes(Integer.BYTES);
            case FIXED_64 -> skipBytes(Long.BYTES);
            default -> throw new BadMessageException("wire type " + wireType, null);
        }
    }

    private void skipBytes(int count) throws BadMessageException {
        requireBytes(count);
        message.position(message.position() + count);
    }

    private void require(int expected) throws BadMessageException {
        if (wireType != expected) {
            throw new BadMessageException("wire type " + wireType + " for " + expected, null);
        }
    }

    private void requireBytes(long count) throws BadMessageException {
        if (count < 0 || count > message.remaining()) {
            throw new BadMessageException("a field that ends behind its message", null);
        }
    }

    private long varint() throws BadMessageException {
        long value = 0;
        for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
            requireBytes(1);
            byte part = message.get();
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new BadMessageException("a number of more than 64 bits", null);
    }

    /** What is wrong with a message. */
    static final class BadMessageException extends Exception {
        private static final long serialVersionUID = 1;

        BadMessageException(String fault, Throwable cause) {
            super(fault, cause);
        }
    }
}

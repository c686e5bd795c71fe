package io.github.djltransformers.engine.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the opcodes of pickle that libtorch's archives consist of, as Python's documentation of {@code pickletools}
 * describes them. Classes stay names.
 */
final class PickleReader {
    /** A class by its name. */
    record Global(String name) {}

    /** A class called with arguments. */
    record Call(Global function, List<Object> arguments) {}

    /** What a persistent id stands for. */
    record Persistent(List<Object> id) {}

    /** An object and its state. */
    record Instance(Global type, Map<Object, Object> state) {}

    private static final Object MARK = new Object();

    private final ByteBuffer bytes;
    private final Deque<Object> stack = new ArrayDeque<>();

    private PickleReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Object read(byte[] bytes) {
        return new PickleReader(bytes).read();
    }

    private Object read() {
        while (true) {
            int opcode = bytes.get() & 0xff;
            switch (opcode) {
                case 0x80 -> require(bytes.get() == 2, "protocol 2");
                case 'c' -> stack.push(new Global(line() + "." + line()));
                case '(' -> stack.push(MARK);
                case ')' -> stack.push(List.of());
                case '}' -> stack.push(new LinkedHashMap<>());
                case 'K' -> stack.push(bytes.get() & 0xffL);
                case 'J' -> stack.push((long) bytes.getInt());
                case 0x8a -> {
                    require(bytes.get() == Long.BYTES, "a long of 8 bytes");
                    stack.push(bytes.getLong());
                }
                case 'X' -> {
                    byte[] text = new byte[bytes.getInt()];
                    bytes.get(text);
                    stack.push(new String(text, StandardCharsets.UTF_8));
                }
                case 0x88 -> stack.push(true);
                case 0x89 -> stack.push(false);
                case 't' -> stack.push(sinceMark());
                case 'Q' -> stack.push(new Persistent(list(stack.pop())));
                case 'R' -> {
                    List<Object> arguments = list(stack.pop());
                    stack.push(new Call((Global) stack.pop(), arguments));
                }
                case 0x81 -> {
                    require(list(stack.pop()).isEmpty(), "an object made without arguments");
                    stack.push(new Instance((Global) stack.pop(), new LinkedHashMap<>()));
                }
                case 'u' -> {
                    List<Object> items = sinceMark();
                    Map<Object, Object> map = map(stack.peek());
                    for (int i = 0; i < items.size(); i += 2) {
                        require(map.put(items.get(i), items.get(i + 1)) == null, "keys that differ");
                    }
                }
                case 'b' -> {
                    Map<Object, Object> state = map(stack.pop());
                    ((Instance) stack.peek()).state.putAll(state);
                }
                case '.' -> {
                    require(stack.size() == 1 && !bytes.hasRemaining(), "one object at the end");
                    return stack.pop();
                }
                default -> throw new AssertionError("pickle must have opcodes known here, got " + opcode);
            }
        }
    }

    private List<Object> sinceMark() {
        List<Object> items = new ArrayList<>();
        for (Object item = stack.pop(); item != MARK; item = stack.pop()) {
            items.add(0, item);
        }
        return items;
    }

    private String line() {
        StringBuilder text = new StringBuilder();
        for (byte next = bytes.get(); next != '\n'; next = bytes.get()) {
            text.append((char) next);
        }
        return text.toString();
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new AssertionError("pickle must have " + rule);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> map(Object value) {
        return (Map<Object, Object>) value;
    }
}

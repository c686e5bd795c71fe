package io.github.djltransformers.safetensors;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parses and checks the JSON header of one file. Nothing is allocated from what the header claims: memory is bounded by
 * the length of the header's own text.
 */
final class SafeTensorsHeader {
    private static final String METADATA = "__metadata__";
    private static final int MAX_RANK = 64;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");

    private final String file;
    private final JsonReader json;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafeTensorsHeader(String file, Reader text) {
        this.file = file;
        json = new JsonReader(text);
        json.setStrictness(Strictness.STRICT);
    }

    /**
     * Parses a header.
     *
     * @param file the file's name for messages
     * @param text the JSON text, read as far as it is needed and strictly as UTF-8
     * @param dataLength the number of bytes that follow the header in the file
     * @return the checked header
     * @throws IOException if the text cannot be read
     * @throws MalformedModelException if the text is not a header or contradicts the data's length
     */
    static SafeTensorsHeader parse(String file, Reader text, long dataLength)
            throws IOException, MalformedModelException {
        SafeTensorsHeader header = new SafeTensorsHeader(file, text);
        try {
            header.readAll();
        } catch (MalformedJsonException | EOFException e) {
            throw new MalformedModelException(
                    Text.format(
                            "SafeTensorsFile: the header of %s must be valid JSON, got something else %s",
                            file, JsonText.place(header.json)),
                    e);
        }
        header.checkPlaces(dataLength);
        return header;
    }

    Map<String, TensorEntry> entries() {
        return entries;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    private void readAll() throws IOException, MalformedModelException {
        expect("the header", JsonToken.BEGIN_OBJECT);
        json.beginObject();
        boolean described = false;
        while (json.hasNext()) {
            String name = json.nextName();
            boolean again = name.equals(METADATA) ? described : entries.containsKey(name);
            if (again) {
                throw malformed("tensor '" + name + "'", "occur once", "it twice");
            }
            if (!JsonText.isWhole(name)) {
                throw malformed("names of tensors", "be Unicode text", "half of a surrogate pair");
            }
            if (name.equals(METADATA)) {
                described = true;
                readMetadata();
            } else {
                entries.put(name, readEntry(name));
            }
        }
        json.endObject();
        expect("the text after the header", JsonToken.END_DOCUMENT);
    }

    private void readMetadata() throws IOException, MalformedModelException {
        if (json.peek() == JsonToken.NULL) {
            json.nextNull();
            return;
        }
        expect(METADATA, JsonToken.BEGIN_OBJECT);
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            String subject = METADATA + " '" + key + "'";
            expect(subject, JsonToken.STRING);
            if (metadata.put(key, json.nextString()) != null) {
                throw malformed(subject, "occur once", "it twice");
            }
        }
        json.endObject();
    }

    private TensorEntry readEntry(String name) throws IOException, MalformedModelException {
        String subject = "tensor '" + name + "'";
        expect(subject, JsonToken.BEGIN_OBJECT);
        SafeTensorsType type = null;
        long[] shape = null;
        long[] offsets = null;
        Set<String> seen = new LinkedHashSet<>();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (!seen.add(key)) {
                throw malformed(key + " of " + subject, "occur once", "it twice");
            }
            switch (key) {
                case "dtype" -> type = readType(subject);
                case "shape" -> shape = readNumbers("shape of " + subject, MAX_RANK);
                case "data_offsets" -> offsets = readNumbers("data_offsets of " + subject, 2);
                default -> json.skipValue(); // a later version's additions
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null) {
            throw malformed(subject, "have dtype, shape and data_offsets", String.valueOf(seen));
        }
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw malformed(
                    "data_offsets of " + subject, "be a begin and an end not before it", Arrays.toString(offsets));
        }
        checkSize(subject, type, shape, offsets);
        return new TensorEntry(name, type, new Shape(shape), offsets[0], offsets[1]);
    }

    private SafeTensorsType readType(String subject) throws IOException, MalformedModelException {
        expect("dtype of " + subject, JsonToken.STRING);
        String name = json.nextString();
        for (SafeTensorsType type : SafeTensorsType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw malformed("dtype of " + subject, "be one of " + Arrays.toString(SafeTensorsType.values()), name);
    }

    private long[] readNumbers(String subject, int limit) throws IOException, MalformedModelException {
        expect(subject, JsonToken.BEGIN_ARRAY);
        List<Long> numbers = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            if (numbers.size() == limit) {
                throw malformed(subject, "have at most " + limit + " numbers", "more");
            }
            expect(subject, JsonToken.NUMBER);
            String text = json.nextString();
            numbers.add(wholeNumber(subject, text));
        }
        json.endArray();
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private long wholeNumber(String subject, String text) throws MalformedModelException {
        if (WHOLE_NUMBER.matcher(text).matches()) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                // 19 digits beyond 2^63 - 1: refused below like every other number that is no length
            }
        }
        throw malformed(subject, "hold whole numbers from 0 to 2^63 - 1", text);
    }

    private void checkSize(String subject, SafeTensorsType type, long[] shape, long[] offsets)
            throws MalformedModelException {
        boolean empty = Arrays.stream(shape).anyMatch(dimension -> dimension == 0);
        long bits = empty ? 0 : type.bits();
        try {
            for (int axis = 0; axis < shape.length && !empty; axis++) {
                bits = Math.multiplyExact(bits, shape[axis]);
            }
        } catch (ArithmeticException e) {
            throw new MalformedModelException(
                    message("shape of " + subject, "have a size below 2^63 bits", Arrays.toString(shape)), e);
        }
        if (bits % 8 != 0) {
            throw malformed("shape of " + subject, "fill whole bytes as " + type, Arrays.toString(shape));
        }
        if (offsets[1] - offsets[0] != bits / 8) {
            throw malformed(
                    "data_offsets of " + subject,
                    Text.format("span the %d bytes of %s %s", bits / 8, type, Arrays.toString(shape)),
                    Arrays.toString(offsets));
        }
    }

    /** The tensors must cover the data without hole or overlap; else a file could hide or share bytes. */
    private void checkPlaces(long dataLength) throws MalformedModelException {
        long covered = 0;
        List<TensorEntry> byPlace = entries.values().stream()
                .sorted(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
                .toList();
        for (TensorEntry entry : byPlace) {
            String subject = "data_offsets of tensor '" + entry.name() + "'";
            String actual = Text.format("[%d, %d]", entry.begin(), entry.end());
            if (entry.end() > dataLength) {
                throw malformed(subject, "end within the " + dataLength + " data bytes of the file", actual);
            }
            if (entry.begin() != covered) {
                throw malformed(subject, "begin where the tensor before ends, at " + covered, actual);
            }
            covered = entry.end();
        }
        if (covered != dataLength) {
            throw malformed("tensors", "cover the " + dataLength + " data bytes of the file", covered + " bytes");
        }
    }

    private void expect(String subject, JsonToken token) throws IOException, MalformedModelException {
        JsonToken actual = json.peek();
        if (actual != token) {
            throw malformed(subject, "be a JSON " + token, actual.name());
        }
    }

    private MalformedModelException malformed(String subject, String rule, String actual) {
        return new MalformedModelException(message(subject, rule, actual));
    }

    private String message(String subject, String rule, String actual) {
        return Text.format("SafeTensorsFile: %s in %s must %s, got %s", subject, file, rule, actual);
    }
}

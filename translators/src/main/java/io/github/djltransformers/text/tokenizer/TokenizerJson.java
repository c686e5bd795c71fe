package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** The components of a {@code tokenizer.json} that alphabets share. */
final class TokenizerJson {
    private TokenizerJson() {}

    static JsonObject component(String type) {
        JsonObject component = new JsonObject();
        component.addProperty("type", type);
        return component;
    }

    static JsonObject sequence(String name, JsonObject... parts) {
        JsonArray array = new JsonArray();
        for (JsonObject part : parts) {
            array.add(part);
        }
        JsonObject sequence = component("Sequence");
        sequence.add(name, array);
        return sequence;
    }

    /**
     * Normalisation form C with one blank put before the text, always: an "add prefix space" that spares texts with a
     * blank of their own could not be undone by a decoder.
     */
    static JsonObject blankedNfc() {
        JsonObject prepend = component("Prepend");
        prepend.addProperty("prepend", " ");
        return sequence("normalizers", component("NFC"), prepend);
    }

    /** Takes the blank of {@link #blankedNfc} away again. */
    static JsonObject stripBlank() {
        JsonObject strip = component("Strip");
        strip.addProperty("content", " ");
        strip.addProperty("start", 1);
        strip.addProperty("stop", 0);
        return strip;
    }
}

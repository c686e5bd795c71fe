package io.github.djltransformers.text.checkpoint;

import com.google.gson.JsonObject;

/**
 * A token that is looked for in a text before the model cuts it.
 *
 * @param content how it is spelt
 * @param singleWord whether it is only found between other characters than letters
 * @param lstrip whether it takes the blanks before it
 * @param rstrip whether it takes the blanks after it
 * @param normalized whether it is looked for in the normalised text
 * @param special whether it stands for no text
 */
record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {
    /** A special token that is only found as it is written. */
    static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    AddedToken withSpecial(boolean flag) {
        return new AddedToken(content, singleWord, lstrip, rstrip, normalized, flag);
    }

    AddedToken withNormalized(boolean flag) {
        return new AddedToken(content, singleWord, lstrip, rstrip, flag, special);
    }

    AddedToken withLstrip() {
        return new AddedToken(content, singleWord, true, rstrip, normalized, special);
    }

    JsonObject json(int id) {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        json.addProperty("content", content);
        json.addProperty("single_word", singleWord);
        json.addProperty("lstrip", lstrip);
        json.addProperty("rstrip", rstrip);
        json.addProperty("normalized", normalized);
        json.addProperty("special", special);
        return json;
    }
}

package io.github.djltransformers.text.checkpoint;

import com.google.gson.JsonArray;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code added_tokens} of a {@code tokenizer.json} in the making. */
final class AddedTokens {
    private final Map<String, Integer> ids;
    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();
    private int next;

    AddedTokens(Map<String, Integer> vocabulary) {
        ids = new HashMap<>(vocabulary);
        next = vocabulary.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    }

    /** Adds a token that is not there yet, with the vocabulary's id or the next that is free. */
    void put(AddedToken token) {
        put(token, -1);
    }

    /** Adds a token that is not there yet, with the vocabulary's id, or the wanted one where it is free. */
    void put(AddedToken token, int wanted) {
        if (tokens.containsKey(token.content())) {
            return;
        }
        if (!ids.containsKey(token.content())) {
            int id = Math.max(wanted, next);
            next = id + 1;
            ids.put(token.content(), id);
        }
        tokens.put(token.content(), token);
    }

    /** Gives a token that is there other flags. */
    void replaceFlags(AddedToken token) {
        tokens.put(token.content(), token);
    }

    /** The ids of the vocabulary and of the added tokens. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** How the added tokens are spelt. */
    Map<String, AddedToken> tokens() {
        return tokens;
    }

    JsonArray json() {
        JsonArray json = new JsonArray();
        tokens.values().stream()
                .sorted(Comparator.comparing(token -> ids.get(token.content())))
                .forEach(token -> json.add(token.json(ids.get(token.content()))));
        return json;
    }
}

package io.github.djltransformers.text.checkpoint;

import com.google.gson.JsonArray;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code added_tokens} of a {@code tokenizer.json} in the making. */
final class AddedTokens {
    private final Map<String, Integer> vocabulary;
    private final Map<String, Integer> ids = new HashMap<>(); // of what the vocabulary lacks
    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();
    private int next;

    AddedTokens(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        int most = -1;
        for (int id : vocabulary.values()) {
            most = Math.max(most, id);
        }
        next = most + 1;
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
        if (!vocabulary.containsKey(token.content())) {
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

    /** The id of a token of the vocabulary or an added one. */
    int id(String token) {
        Integer id = vocabulary.get(token);
        return id == null ? ids.get(token) : id;
    }

    /** The ids of the vocabulary and of the added tokens. */
    Map<String, Integer> allIds() {
        Map<String, Integer> all = new HashMap<>(vocabulary);
        all.putAll(ids);
        return all;
    }

    /** How the added tokens are spelt. */
    Map<String, AddedToken> tokens() {
        return tokens;
    }

    JsonArray json() {
        JsonArray json = new JsonArray();
        tokens.values().stream()
                .sorted(Comparator.comparingInt(token -> id(token.content())))
                .forEach(token -> json.add(token.json(id(token.content()))));
        return json;
    }
}

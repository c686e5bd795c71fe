package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} say of the tokens that
 * are not cut. Where the first has {@code added_tokens_decoder}, the other two are not asked.
 */
final class SpecialTokenFiles {
    private static final String DECODER = "added_tokens_decoder";

    private final Map<TokenRole, AddedToken> roles;
    private final List<AddedToken> additional;
    private final Map<Integer, AddedToken> byId;
    private final TokenizerFamily family; // null for none of ours

    private SpecialTokenFiles(
            TokenizerFamily family,
            Map<TokenRole, AddedToken> roles,
            List<AddedToken> additional,
            Map<Integer, AddedToken> byId) {
        this.family = family;
        this.roles = roles;
        this.additional = additional;
        this.byId = byId;
    }

    static SpecialTokenFiles read(TokenizerFamily family, JsonFields config, JsonFields map, JsonFields added)
            throws MalformedModelException {
        Map<TokenRole, AddedToken> roles =
                family == null ? new EnumMap<>(TokenRole.class) : new EnumMap<>(family.defaults());
        Map<String, AddedToken> additional = new LinkedHashMap<>();
        boolean complete = config.has(DECODER);
        for (JsonFields source : complete ? List.of(config) : List.of(config, map)) {
            for (TokenRole role : TokenRole.values()) {
                String key = role.key();
                JsonElement value = source.json().get(key);
                if (source.has(key)
                        && !(value.isJsonPrimitive() && value.getAsString().isEmpty())) {
                    AddedToken plain = family == null ? AddedToken.special("") : family.plain(role, "");
                    roles.put(role, source.token(key, value, plain).withSpecial(true));
                }
            }
        }
        for (JsonFields source : complete ? List.of(config) : List.of(map, config)) {
            for (JsonElement value : source.array("additional_special_tokens")) {
                AddedToken token = source.token("additional_special_tokens", value, AddedToken.special(""))
                        .withSpecial(true);
                additional.putIfAbsent(token.content(), token);
            }
        }
        Map<Integer, AddedToken> byId = new TreeMap<>();
        JsonFields decoder = config.object(DECODER);
        for (Map.Entry<String, JsonElement> entry : decoder.json().entrySet()) {
            AddedToken plain = AddedToken.special("").withSpecial(false);
            byId.put(id(decoder, entry.getKey()), decoder.token(entry.getKey(), entry.getValue(), plain));
        }
        SpecialTokenFiles files = new SpecialTokenFiles(family, roles, new ArrayList<>(additional.values()), byId);
        if (byId.isEmpty()) {
            Set<String> special = files.specialContents();
            for (Map.Entry<String, JsonElement> entry : added.json().entrySet()) {
                boolean isSpecial = special.contains(entry.getKey());
                byId.put(
                        added.id(entry.getKey(), entry.getValue()),
                        new AddedToken(entry.getKey(), false, false, false, !isSpecial, isSpecial));
            }
        }
        return files;
    }

    private static int id(JsonFields decoder, String key) throws MalformedModelException {
        try {
            int id = Integer.parseInt(key);
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw decoder.malformed("a key must be an id, got '" + key + "'");
    }

    Map<TokenRole, AddedToken> roles() {
        return roles;
    }

    List<AddedToken> additional() {
        return additional;
    }

    Map<Integer, AddedToken> byId() {
        return byId;
    }

    /** Every token that the files name. */
    List<AddedToken> all() {
        List<AddedToken> all = new ArrayList<>(byId.values());
        all.addAll(roles.values());
        all.addAll(additional);
        return all;
    }

    /** The token of a role that a family cannot do without. */
    String required(TokenRole role) {
        return roles.get(role).content();
    }

    /** Adds special tokens that a class has whatever its files say. */
    void addAdditional(List<String> contents) {
        Set<String> known = new LinkedHashSet<>();
        additional.forEach(token -> known.add(token.content()));
        for (String content : contents) {
            if (known.add(content)) {
                additional.add(AddedToken.special(content));
            }
        }
    }

    Set<String> specialContents() {
        Set<String> contents = new LinkedHashSet<>();
        roles.values().forEach(token -> contents.add(token.content()));
        additional.forEach(token -> contents.add(token.content()));
        return contents;
    }

    /**
     * The added tokens of a tokenizer.
     *
     * @param vocabulary the ids of the model
     * @param first what the family's vocabulary adds itself
     */
    AddedTokens added(Map<String, Integer> vocabulary, List<AddedToken> first) {
        AddedTokens added = new AddedTokens(vocabulary);
        Set<String> special = specialContents();
        Set<String> written = new LinkedHashSet<>();
        byId.values().forEach(token -> written.add(token.content()));
        for (AddedToken token : first) {
            if (!written.contains(token.content())) {
                added.put(token.withSpecial(token.special() || special.contains(token.content())));
            }
        }
        byId.forEach(
                (id, token) -> added.put(token.withSpecial(token.special() || special.contains(token.content())), id));
        roles.forEach((role, token) -> {
            added.put(token);
            if (family != null && family.hasOwnFlags(role) && !written.contains(token.content())) {
                added.replaceFlags(token);
            }
        });
        additional.forEach(added::put);
        return added;
    }
}

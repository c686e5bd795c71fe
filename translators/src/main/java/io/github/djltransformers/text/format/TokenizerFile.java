package io.github.djltransformers.text.format;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The content of a {@code tokenizer.json}, checked before it is handed to the native tokenizer, which ends the process over
 * some files that it should refuse.
 */
public final class TokenizerFile {
    private static final int MAX_BYTES = 1 << 28;
    private static final Set<String> PARTS = Set.of(
            "version",
            "truncation",
            "padding",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "decoder",
            "model");
    private static final Set<String> MODELS = Set.of("BPE", "WordPiece", "WordLevel", "Unigram");

    private final String source;
    private final JsonObject json;
    private long largestId = -1;
    private String prefix = ""; // of renamed tokens
    // Made when first asked for.
    private volatile Map<String, Integer> addedIds;
    private volatile Map<String, Integer> ids;
    private volatile Map<Integer, String> tokens;

    /**
     * Checks a content.
     *
     * @param source what errors call it
     * @param json becomes this object's
     * @throws MalformedModelException if it breaks a rule, naming source, part, rule and what came
     */
    public TokenizerFile(String source, JsonObject json) throws MalformedModelException {
        this.source = source;
        this.json = json;
        check();
    }

    /**
     * Reads a file without checking it.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it is too large or no JSON object
     */
    public static JsonObject read(Path file) throws IOException, MalformedModelException {
        return JsonText.readObject("TextTokenizer", file, MAX_BYTES);
    }

    /** What errors call the content. */
    public String source() {
        return source;
    }

    /** The id of a token, be it added or the model's. */
    public OptionalInt id(String token) {
        if (addedIds == null) {
            Map<String, Integer> all = new HashMap<>();
            if (json.get("added_tokens") instanceof JsonArray added) {
                added.forEach(each -> all.put(
                        unprefixed(content(each)),
                        each.getAsJsonObject().get("id").getAsInt()));
            }
            addedIds = all;
        }
        Integer id = addedIds.get(token);
        if (id == null) {
            id = ids().get(token);
        }
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** All ids of the model; a large map that not every use needs. */
    private Map<String, Integer> ids() {
        if (ids == null) {
            Map<String, Integer> all = new HashMap<>();
            JsonElement vocabulary = json.getAsJsonObject("model").get("vocab");
            if (vocabulary instanceof JsonObject object) {
                object.entrySet()
                        .forEach(entry -> all.put(
                                unprefixed(entry.getKey()), entry.getValue().getAsInt()));
            } else {
                int id = 0;
                for (JsonElement piece : vocabulary.getAsJsonArray()) {
                    all.putIfAbsent(unprefixed(piece.getAsJsonArray().get(0).getAsString()), id);
                    id++;
                }
            }
            ids = all;
        }
        return ids;
    }

    private String unprefixed(String name) {
        return !prefix.isEmpty() && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** The token of an id, or null if it has none. */
    public String token(int id) {
        if (tokens == null) {
            Map<Integer, String> all = new HashMap<>();
            ids().forEach((token, each) -> all.put(each, token));
            id("");
            addedIds.forEach((token, each) -> all.put(each, token));
            tokens = all;
        }
        return tokens.get(id);
    }

    /** How the special tokens are spelt. */
    public Set<String> specialTokens() {
        Set<String> special = new HashSet<>();
        if (json.get("added_tokens") instanceof JsonArray tokens) {
            for (JsonElement token : tokens) {
                if (token.getAsJsonObject().get("special") instanceof JsonPrimitive flag && flag.getAsBoolean()) {
                    special.add(content(token));
                }
            }
        }
        return special;
    }

    private static String content(JsonElement added) {
        return added.getAsJsonObject().get("content").getAsString();
    }

    /** The text that the native tokenizer reads. */
    public String text() {
        return JsonOutput.of(json);
    }

    /**
     * The text with other names for some tokens, which the content has from then on.
     *
     * @param special the tokens
     * @param prefix what stands before each name
     */
    public String textWithTokensNamed(Set<String> special, String prefix) {
        this.prefix = prefix;
        if (json.get("added_tokens") instanceof JsonArray tokens) {
            for (JsonElement token : tokens) {
                if (special.contains(content(token))) {
                    token.getAsJsonObject().addProperty("content", prefix + content(token));
                }
            }
        }
        JsonObject model = json.getAsJsonObject("model");
        dropMergesInto(special, model);
        for (String name : special) {
            if (model.get("vocab") instanceof JsonObject ids && ids.has(name)) {
                ids.add(prefix + name, ids.remove(name));
            }
            if (model.get("unk_token") instanceof JsonPrimitive unknown
                    && unknown.getAsString().equals(name)) {
                model.addProperty("unk_token", prefix + name);
            }
        }
        if (model.get("vocab") instanceof JsonArray pieces) {
            for (JsonElement piece : pieces) {
                if (special.contains(piece.getAsJsonArray().get(0).getAsString())) {
                    String name = piece.getAsJsonArray().get(0).getAsString();
                    piece.getAsJsonArray().set(0, new JsonPrimitive(prefix + name));
                }
            }
        }
        return JsonOutput.of(json);
    }

    /** A merge whose result has another name would be refused, and spell a special token from a text. */
    private static void dropMergesInto(Set<String> special, JsonObject model) {
        if (model.get("merges") instanceof JsonArray merges) {
            JsonArray kept = new JsonArray(merges.size());
            for (JsonElement merge : merges) {
                String made = merge instanceof JsonArray pair
                        ? pair.get(0).getAsString() + pair.get(1).getAsString()
                        : merge.getAsString().replace(" ", "");
                if (!special.contains(made)) {
                    kept.add(merge);
                }
            }
            model.add("merges", kept);
        }
    }

    /** One more than the largest id. */
    public int vocabularySize() {
        return Math.toIntExact(largestId + 1);
    }

    private void check() throws MalformedModelException {
        for (String key : json.keySet()) {
            if (!PARTS.contains(key)) {
                throw malformed(key, "be one of " + PARTS.stream().sorted().toList(), "an unknown part");
            }
        }
        if (!(json.get("model") instanceof JsonObject model)) {
            throw malformed("model", "be an object", String.valueOf(json.get("model")));
        }
        checkModel(model);
        checkAdded(json.get("added_tokens"));
        TokenizerComponents components = new TokenizerComponents(this);
        components.check("normalizer", json.get("normalizer"));
        components.check("pre_tokenizer", json.get("pre_tokenizer"));
        components.check("post_processor", json.get("post_processor"));
        components.check("decoder", json.get("decoder"));
    }

    private void checkModel(JsonObject model) throws MalformedModelException {
        JsonElement type = model.get("type");
        if (type != null && !(type instanceof JsonPrimitive name && MODELS.contains(name.getAsString()))) {
            throw malformed(
                    "type of model", "be one of " + MODELS.stream().sorted().toList(), type.toString());
        }
        JsonElement vocabulary = model.get("vocab");
        if (vocabulary instanceof JsonObject ids) {
            for (Map.Entry<String, JsonElement> token : ids.entrySet()) {
                count("vocab of model '" + token.getKey() + "'", token.getValue());
            }
        } else if (vocabulary instanceof JsonArray pieces) {
            for (JsonElement piece : pieces) {
                if (!(piece instanceof JsonArray pair
                        && pair.size() == 2
                        && isText(pair.get(0))
                        && pair.get(1) instanceof JsonPrimitive score
                        && score.isNumber())) {
                    throw malformed("vocab of model", "hold pairs of a piece and its score", piece.toString());
                }
            }
            largestId = Math.max(largestId, pieces.size() - 1L);
        } else {
            throw malformed("vocab of model", "be an object or an array", "another value");
        }
        if (model.get("merges") instanceof JsonArray merges) {
            checkMergePairs(merges);
        }
        checkMerges(model);
        checkUnknown(model);
    }

    /** Where a text holds something unknown and nothing stands for it, native code that encodes a batch ends the process. */
    private void checkUnknown(JsonObject model) throws MalformedModelException {
        if (model.get("vocab") instanceof JsonArray pieces) {
            if (id("unk_id of model", model.get("unk_id")) >= pieces.size()) {
                throw malformed("unk_id of model", "be below " + pieces.size(), String.valueOf(model.get("unk_id")));
            }
            return;
        }
        JsonElement unknown = model.get("unk_token");
        boolean optional = model.has("merges");
        boolean none = unknown == null || unknown.isJsonNull();
        if (none
                ? !optional
                : !isText(unknown) || !model.getAsJsonObject("vocab").has(unknown.getAsString())) {
            throw malformed("unk_token of model", "be in its vocab", String.valueOf(unknown));
        }
    }

    private static boolean isText(JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString();
    }

    private void checkMergePairs(JsonArray merges) throws MalformedModelException {
        for (JsonElement merge : merges) {
            boolean pair =
                    merge instanceof JsonArray two && two.size() == 2 && isText(two.get(0)) && isText(two.get(1));
            if (!pair && !(isText(merge) && merge.getAsString().indexOf(' ') > 0)) {
                throw malformed("merges of model", "hold pairs of tokens", merge.toString());
            }
        }
    }

    /** What the vocabulary writes before a token that goes on with a word; empty where it writes nothing. */
    public String continuationPrefix() {
        return json.get("model") instanceof JsonObject model
                        && model.get("continuing_subword_prefix") instanceof JsonPrimitive prefix
                ? prefix.getAsString()
                : "";
    }

    /** What a merge makes is its second token without the prefix, which the native code cuts off unseen. */
    private void checkMerges(JsonObject model) throws MalformedModelException {
        JsonElement prefix = model.get("continuing_subword_prefix");
        if (!(prefix instanceof JsonPrimitive text)
                || text.getAsString().isEmpty()
                || !(model.get("merges") instanceof JsonArray merges)) {
            return;
        }
        for (JsonElement merge : merges) {
            String second = merge instanceof JsonArray pair && pair.size() == 2
                    ? pair.get(1).toString()
                    : merge.toString().replaceFirst("^\"[^ ]* ", "\"");
            if (!second.startsWith("\"" + text.getAsString())) {
                throw malformed(
                        "merges of model",
                        "continue with the continuing_subword_prefix '" + text.getAsString() + "'",
                        merge.toString());
            }
        }
    }

    private void checkAdded(JsonElement added) throws MalformedModelException {
        if (added == null || added.isJsonNull()) {
            return;
        }
        if (!(added instanceof JsonArray tokens)) {
            throw malformed("added_tokens", "be an array", "another value");
        }
        for (JsonElement token : tokens) {
            if (!(token instanceof JsonObject object)) {
                throw malformed("added_tokens", "hold objects", token.toString());
            }
            count("id of added_tokens", object.get("id"));
            if (!isText(object.get("content")) || content(object).isEmpty()) {
                throw malformed("content of added_tokens", "be a text that is not empty", token.toString());
            }
            if (object.has("special") && !(object.get("special") instanceof JsonPrimitive flag && flag.isBoolean())) {
                throw malformed("special of added_tokens", "be true or false", token.toString());
            }
        }
    }

    /** Ids are Java's ints, in DJL and in models. */
    private void count(String where, JsonElement id) throws MalformedModelException {
        largestId = Math.max(largestId, id(where, id));
    }

    long id(String where, JsonElement id) throws MalformedModelException {
        if (id instanceof JsonPrimitive number && number.isNumber()) {
            double value = number.getAsDouble();
            if (value == Math.rint(value) && value >= 0 && value < Integer.MAX_VALUE) {
                return (long) value;
            }
        }
        throw malformed(where, "be a whole number from 0 to 2^31 - 2", String.valueOf(id));
    }

    MalformedModelException malformed(String part, String rule, String actual) {
        return new MalformedModelException(
                Text.format("TextTokenizer: in %s %s must %s, got %s", source, part, rule, actual));
    }
}

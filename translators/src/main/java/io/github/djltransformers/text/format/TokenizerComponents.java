package io.github.djltransformers.text.format;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.text.sentencepiece.Charsmap;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Checks the parts of a {@code tokenizer.json} around its model: their types, and the rules that the native code takes for granted. */
final class TokenizerComponents {
    private static final Map<String, Set<String>> TYPES = Map.of(
            "normalizer",
            Set.of(
                    "BertNormalizer",
                    "Strip",
                    "StripAccents",
                    "NFC",
                    "NFD",
                    "NFKC",
                    "NFKD",
                    "Sequence",
                    "Lowercase",
                    "Nmt",
                    "Precompiled",
                    "Replace",
                    "Prepend",
                    "ByteLevel"),
            "pre_tokenizer",
            Set.of(
                    "BertPreTokenizer",
                    "ByteLevel",
                    "CharDelimiterSplit",
                    "Metaspace",
                    "Whitespace",
                    "Sequence",
                    "Split",
                    "Punctuation",
                    "WhitespaceSplit",
                    "Digits",
                    "UnicodeScripts",
                    "FixedLength"),
            "post_processor",
            Set.of("RobertaProcessing", "BertProcessing", "ByteLevel", "TemplateProcessing", "Sequence"),
            "decoder",
            Set.of(
                    "BPEDecoder",
                    "ByteLevel",
                    "WordPiece",
                    "Metaspace",
                    "CTC",
                    "Sequence",
                    "Replace",
                    "Fuse",
                    "Strip",
                    "ByteFallback"));
    private static final Map<String, String> MEMBERS = Map.of(
            "normalizer", "normalizers",
            "pre_tokenizer", "pretokenizers",
            "post_processor", "processors",
            "decoder", "decoders");

    private final TokenizerFile file;

    TokenizerComponents(TokenizerFile file) {
        this.file = file;
    }

    /**
     * @param part such as {@code decoder}
     * @param component null or JSON's null where there is none
     */
    void check(String part, JsonElement component) throws MalformedModelException {
        if (component == null || component.isJsonNull()) {
            return;
        }
        String type = component instanceof JsonObject object ? text(object.get("type")) : "";
        if (!TYPES.get(part).contains(type)) {
            throw file.malformed(
                    "type of " + part,
                    "be one of " + TYPES.get(part).stream().sorted().toList(),
                    component instanceof JsonObject object ? String.valueOf(object.get("type")) : "no object");
        }
        JsonObject object = component.getAsJsonObject();
        switch (type) {
            case "Sequence" -> checkMembers(part, object.get(MEMBERS.get(part)));
            case "Precompiled" -> checkCharsmap(part, text(object.get("precompiled_charsmap")));
            case "Replace", "Split" -> checkPattern(type + " of " + part, object.get("pattern"));
            case "Prepend" -> requireText("prepend of Prepend", text(object.get("prepend")));
            case "Strip" -> checkStrip(part, object.get("stop"));
            case "FixedLength" -> requireLength(object.get("length"));
            case "TemplateProcessing" -> checkTemplates(object);
            default -> {
                // A wrong argument of the others is the native code's to refuse, which it does.
            }
        }
    }

    private void checkMembers(String part, JsonElement members) throws MalformedModelException {
        if (!(members instanceof JsonArray array)) {
            throw file.malformed(MEMBERS.get(part), "be an array", String.valueOf(members));
        }
        for (JsonElement member : array) {
            check(part, member);
        }
    }

    private void checkCharsmap(String part, String encoded) throws MalformedModelException {
        String fault;
        try {
            fault = Charsmap.fault(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            fault = "no base64";
        }
        if (fault != null) {
            throw file.malformed("precompiled_charsmap of " + part, "be rules of SentencePiece", fault);
        }
    }

    private void checkPattern(String where, JsonElement pattern) throws MalformedModelException {
        JsonElement string = pattern instanceof JsonObject object
                ? object.has("String") ? object.get("String") : object.get("Regex")
                : pattern;
        requireText("pattern of " + where, text(string));
    }

    private void requireText(String where, String text) throws MalformedModelException {
        if (text.isEmpty()) {
            throw file.malformed(where, "be a text that is not empty", "none");
        }
    }

    private void requireLength(JsonElement length) throws MalformedModelException {
        if (length != null && file.id("length of FixedLength", length) == 0) {
            throw file.malformed("length of FixedLength", "be at least 1", "0");
        }
    }

    /** The native decoder fails on a text with fewer characters than it shall strip at the end. */
    private void checkStrip(String part, JsonElement stop) throws MalformedModelException {
        if (part.equals("decoder")
                && !(stop instanceof JsonPrimitive number && file.id("stop of Strip", number) == 0)) {
            throw file.malformed("stop of Strip of decoder", "be 0", String.valueOf(stop));
        }
    }

    private void checkTemplates(JsonObject processor) throws MalformedModelException {
        if (!(processor.get("special_tokens") instanceof JsonObject tokens)) {
            throw file.malformed(
                    "special_tokens of TemplateProcessing",
                    "be an object",
                    String.valueOf(processor.get("special_tokens")));
        }
        for (Map.Entry<String, JsonElement> token : tokens.entrySet()) {
            checkToken(token.getKey(), token.getValue());
        }
        checkTemplate("single", processor.get("single"), tokens, Set.of("A"));
        checkTemplate("pair", processor.get("pair"), tokens, Set.of("A", "B"));
    }

    private void checkToken(String name, JsonElement token) throws MalformedModelException {
        String where = "special_tokens of TemplateProcessing '" + name + "'";
        if (token instanceof JsonObject object
                && object.get("ids") instanceof JsonArray ids
                && object.get("tokens") instanceof JsonArray texts
                && !ids.isEmpty()
                && ids.size() == texts.size()) {
            for (JsonElement id : ids) {
                file.id(where, id);
            }
        } else {
            throw file.malformed(where, "have as many ids as tokens, at least one", token.toString());
        }
    }

    private void checkTemplate(String name, JsonElement template, JsonObject tokens, Set<String> sequences)
            throws MalformedModelException {
        String where = name + " of TemplateProcessing";
        if (!(template instanceof JsonArray pieces)) {
            throw file.malformed(where, "be an array", String.valueOf(template));
        }
        for (JsonElement piece : pieces) {
            JsonObject object = piece instanceof JsonObject given && given.size() == 1 ? given : new JsonObject();
            boolean sequence =
                    object.get("Sequence") instanceof JsonObject some && sequences.contains(text(some.get("id")));
            boolean token = object.get("SpecialToken") instanceof JsonObject some && tokens.has(text(some.get("id")));
            if (!sequence && !token) {
                throw file.malformed(
                        where,
                        "name sequences among " + sequences.stream().sorted().toList() + " and tokens among "
                                + tokens.keySet(),
                        piece.toString());
            }
        }
    }

    private static String text(JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString() ? primitive.getAsString() : "";
    }
}

package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code tokenizer.json}, and what the classes of Hugging Face transformers change in it by the other files of its
 * directory. What it says of padding and cutting is left out, which is whoever builds a batch's business.
 */
final class DocumentFiles {
    private DocumentFiles() {}

    static TokenizerFile read(Path file, TokenizerDirectory directory) throws IOException, MalformedModelException {
        JsonObject json = TokenizerFile.read(file);
        json.add("truncation", JsonNull.INSTANCE);
        json.add("padding", JsonNull.INSTANCE);
        // Checked before it is changed, so that what is changed is sound.
        TokenizerFile checked = new TokenizerFile(file.toString(), json);
        AddedTokens added = added(checked, json, directory.special());
        json.add("added_tokens", added.json());
        obeyBertSettings(json, directory);
        obeyPrefixSpace(json, directory);
        if ((directory.isOf(TokenizerFamily.LLAMA) || directory.isOf(TokenizerFamily.GEMMA))
                && directory.config().has("tokenizer_class")) {
            json.add("post_processor", ByteFallbackFiles.framed(directory, added));
        }
        return new TokenizerFile(file.toString(), json);
    }

    private static AddedTokens added(TokenizerFile file, JsonObject json, SpecialTokenFiles special)
            throws MalformedModelException {
        JsonFields fields = new JsonFields(file.source(), json);
        Map<String, Integer> ids = new LinkedHashMap<>();
        List<AddedToken> first = new ArrayList<>();
        for (JsonElement each : fields.array("added_tokens")) {
            AddedToken token =
                    fields.token("added_tokens", each, AddedToken.special("").withSpecial(false));
            ids.put(token.content(), each.getAsJsonObject().get("id").getAsInt());
            first.add(token);
        }
        ids.put("", file.vocabularySize() - 1); // no token: what comes new comes behind all that is there
        for (AddedToken token : special.all()) {
            file.id(token.content()).ifPresent(id -> ids.putIfAbsent(token.content(), id));
        }
        AddedTokens added = new AddedTokens(ids);
        first.forEach(added::put);
        for (AddedToken token : special.byId().values()) {
            added.put(token);
            added.replaceFlags(token);
        }
        special.roles().values().forEach(added::put);
        special.additional().forEach(added::put);
        return added;
    }

    private static void obeyBertSettings(JsonObject json, TokenizerDirectory directory) throws MalformedModelException {
        if (directory.hasFamily()
                && directory.family().usesWordPiece()
                && json.get("normalizer") instanceof JsonObject normalizer
                && normalizer.has("lowercase")) {
            JsonFields config = directory.config();
            normalizer.addProperty("lowercase", config.flag("do_lower_case", true));
            normalizer.addProperty("strip_accents", config.flag("strip_accents"));
            normalizer.addProperty("handle_chinese_chars", config.flag("tokenize_chinese_chars", true));
        }
    }

    private static void obeyPrefixSpace(JsonObject json, TokenizerDirectory directory) throws MalformedModelException {
        if (json.get("pre_tokenizer") instanceof JsonObject preTokenizer
                && preTokenizer.has("add_prefix_space")
                && !directory.config().json().isEmpty()) {
            preTokenizer.addProperty("add_prefix_space", directory.config().flag("add_prefix_space", false));
        }
    }
}

package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.format.TokenizerJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The files of a checkpoint directory that say what its tokenizer is, whatever the family. */
final class TokenizerDirectory {
    private final Path directory;
    private final JsonFields modelConfig;
    private final JsonFields config;
    private final TokenizerFamily family; // null for none of ours
    private final SpecialTokenFiles special;

    TokenizerDirectory(Path directory) throws IOException, MalformedModelException {
        this.directory = directory;
        modelConfig = JsonFields.read(file("config.json"));
        config = JsonFields.read(file("tokenizer_config.json"));
        family = TokenizerFamily.of(config.text("tokenizer_class", ""), modelConfig.text("model_type", ""))
                .orElse(null);
        special = SpecialTokenFiles.read(
                family,
                config,
                JsonFields.read(file("special_tokens_map.json")),
                JsonFields.read(file("added_tokens.json")));
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** The first of some files that is there. */
    Path file(List<String> names) throws IOException {
        for (String name : names) {
            if (Files.exists(file(name))) {
                return file(name);
            }
        }
        throw new FileNotFoundException("TextTokenizer: directory must hold "
                + String.join(" or ", names)
                + ", got " + directory + " without; a checkpoint's own directory has all files of its tokenizer");
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    JsonFields modelConfig() {
        return modelConfig;
    }

    JsonFields config() {
        return config;
    }

    TokenizerFamily family() throws MalformedModelException {
        if (family == null) {
            throw new MalformedModelException(Text.format(
                    "TextTokenizer: %s must hold a tokenizer.json, or name a model_type of %s in config.json, got none"
                            + " and %s; save the tokenizer as tokenizer.json with save_pretrained",
                    directory, TokenizerFamily.modelTypes(), modelConfig.json().get("model_type")));
        }
        return family;
    }

    boolean hasFamily() {
        return family != null;
    }

    boolean isOf(TokenizerFamily some) {
        return family == some;
    }

    /** Whether decoding takes out blanks before punctuation. */
    boolean cleansUp() throws MalformedModelException {
        return config.flag("clean_up_tokenization_spaces", family != null && family.cleansUp());
    }

    /** The most tokens that the model was made for; infinite, or 10^30, for no limit. */
    double maxLength() throws MalformedModelException {
        return config.real("model_max_length", family == null ? Double.POSITIVE_INFINITY : family.maxLength());
    }

    /** The tokens that end a text: {@code eos_token_id}, one or several. */
    Set<Integer> endIds() throws IOException, MalformedModelException {
        Set<Integer> ids = new TreeSet<>();
        for (JsonFields fields : List.of(JsonFields.read(file("generation_config.json")), modelConfig)) {
            String key = "eos_token_id";
            if (fields.has(key)) {
                List<JsonElement> values = fields.json().get(key) instanceof JsonArray array
                        ? array.asList()
                        : List.of(fields.json().get(key));
                for (JsonElement value : values) {
                    ids.add(fields.id(key, value));
                }
            }
        }
        return ids;
    }

    SpecialTokenFiles special() {
        return special;
    }

    /** A whole {@code tokenizer.json}. */
    static JsonObject document(
            JsonArray added,
            JsonObject normalizer,
            JsonObject preTokenizer,
            JsonObject postProcessor,
            JsonObject decoder,
            JsonObject model) {
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("truncation", JsonNull.INSTANCE);
        json.add("padding", JsonNull.INSTANCE);
        json.add("added_tokens", added);
        json.add("normalizer", normalizer == null ? JsonNull.INSTANCE : normalizer);
        json.add("pre_tokenizer", preTokenizer == null ? JsonNull.INSTANCE : preTokenizer);
        json.add("post_processor", postProcessor == null ? JsonNull.INSTANCE : postProcessor);
        json.add("decoder", decoder == null ? JsonNull.INSTANCE : decoder);
        json.add("model", model);
        return json;
    }

    /** A text, or two, with the start and the end token that the files ask for around each. */
    static JsonObject framedEach(AddedTokens added, List<String> before, List<String> after) {
        return TokenizerJson.template(
                parts(before, "$A:0", after, 0),
                concat(parts(before, "$A:0", after, 0), parts(before, "$B:1", after, 1)),
                added::id);
    }

    private static List<String> parts(List<String> before, String text, List<String> after, int type) {
        return concat(
                concat(before.stream().map(token -> token + ":" + type).toList(), List.of(text)),
                after.stream().map(token -> token + ":" + type).toList());
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}

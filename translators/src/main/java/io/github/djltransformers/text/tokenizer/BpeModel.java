package io.github.djltransformers.text.tokenizer;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.djltransformers.ReplacedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A trained byte-pair encoding.
 *
 * @param alphabet the symbols that merging starts from
 * @param tokens the vocabulary; a token's position is its id
 * @param merges the merges in the order in which they are applied, first learnt first
 */
public record BpeModel(BpeAlphabet alphabet, List<String> tokens, List<BpeMerge> merges) {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    /** Copies the lists. */
    public BpeModel {
        Objects.requireNonNull(alphabet, "alphabet");
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
    }

    /**
     * Writes the model as Hugging Face's {@code tokenizer.json}, which {@link TextTokenizer#open(java.nio.file.Path)} reads. The file adds no
     * special token to a text by itself; it does take a special token's spelling within a text as that token.
     *
     * @param file the file to write; replaced in one step if it exists
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        ReplacedFile.writeText(file, toJson() + "\n");
    }

    /**
     * Returns the text of the {@code tokenizer.json}.
     *
     * @return JSON in one line
     */
    public String toJson() {
        JsonObject tokenizer = new JsonObject();
        tokenizer.addProperty("version", "1.0");
        tokenizer.add("truncation", JsonNull.INSTANCE);
        tokenizer.add("padding", JsonNull.INSTANCE);
        tokenizer.add("added_tokens", addedTokens());
        alphabet.rules().describe(tokenizer);
        tokenizer.add("post_processor", JsonNull.INSTANCE);
        tokenizer.add("model", model());
        return GSON.toJson(tokenizer);
    }

    private static JsonArray addedTokens() {
        JsonArray added = new JsonArray();
        for (SpecialToken special : SpecialToken.values()) {
            JsonObject token = new JsonObject();
            token.addProperty("id", special.id());
            token.addProperty("content", special.text());
            token.addProperty("single_word", false);
            token.addProperty("lstrip", false);
            token.addProperty("rstrip", false);
            token.addProperty("normalized", false);
            token.addProperty("special", true);
            added.add(token);
        }
        return added;
    }

    private JsonObject model() {
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("dropout", JsonNull.INSTANCE);
        model.addProperty("unk_token", SpecialToken.UNKNOWN.text());
        model.add("continuing_subword_prefix", JsonNull.INSTANCE);
        model.add("end_of_word_suffix", JsonNull.INSTANCE);
        model.addProperty("fuse_unk", false);
        model.addProperty("byte_fallback", alphabet.rules().fallsBackToBytes());
        model.addProperty("ignore_merges", false);
        JsonObject vocabulary = new JsonObject();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.addProperty(tokens.get(id), id);
        }
        model.add("vocab", vocabulary);
        JsonArray lines = new JsonArray();
        for (BpeMerge merge : merges) {
            lines.add(merge.left() + " " + merge.right());
        }
        model.add("merges", lines);
        return model;
    }
}

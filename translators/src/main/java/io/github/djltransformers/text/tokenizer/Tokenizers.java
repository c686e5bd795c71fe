package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens tokenizer files for sequence models. */
public final class Tokenizers {
    private Tokenizers() {}

    /**
     * Opens a {@code tokenizer.json} such that it neither pads nor cuts a text nor adds special tokens to it: DJL's
     * default silently cuts at 512 tokens and pads each batch. Lengths and special tokens are the business of whoever
     * builds the batch.
     *
     * @param file the file, or the directory that holds a file of that name
     * @return the tokenizer; the caller closes it
     * @throws IOException if there is no such file or it cannot be read
     * @throws MalformedModelException if the file is no valid tokenizer
     */
    public static HuggingFaceTokenizer open(Path file) throws IOException, MalformedModelException {
        Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
        if (!Files.isReadable(json)) {
            throw new NoSuchFileException("Tokenizers: file must be a readable tokenizer.json, got " + json);
        }
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(json)
                    .optAddSpecialTokens(false)
                    .optTruncation(false)
                    .optPadding(false)
                    .build();
        } catch (RuntimeException refusal) {
            throw new MalformedModelException(
                    "Tokenizers: file must be a valid tokenizer.json, got " + json + " (" + refusal.getMessage() + ")",
                    refusal);
        }
    }

    /**
     * The number of token ids of a {@code tokenizer.json}, added tokens included: the rows that a model's embedding needs.
     *
     * @param file the file
     * @return one more than the largest id
     * @throws IOException if the file cannot be read or holds no vocabulary
     */
    public static int vocabularySize(Path file) throws IOException {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            int largest = json.getAsJsonObject("model").getAsJsonObject("vocab").asMap().values().stream()
                    .mapToInt(JsonElement::getAsInt)
                    .max()
                    .orElse(-1);
            for (JsonElement token : json.getAsJsonArray("added_tokens")) {
                largest = Math.max(largest, token.getAsJsonObject().get("id").getAsInt());
            }
            return largest + 1;
        } catch (RuntimeException e) {
            throw new IOException("Tokenizers: " + file + " must be a tokenizer.json with a vocabulary, got " + e, e);
        }
    }
}

package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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
     * @throws MalformedModelException if the file is no valid tokenizer; a damaged one never reaches the native code
     */
    public static HuggingFaceTokenizer open(Path file) throws IOException, MalformedModelException {
        Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
        byte[] text = TokenizerFile.read(json).text().getBytes(StandardCharsets.UTF_8);
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(text),
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
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
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file is no valid tokenizer
     */
    public static int vocabularySize(Path file) throws IOException, MalformedModelException {
        return TokenizerFile.read(file).vocabularySize();
    }
}

package io.github.djltransformers.text.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
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
     */
    public static HuggingFaceTokenizer open(Path file) throws IOException {
        Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(json)
                .optAddSpecialTokens(false)
                .optTruncation(false)
                .optPadding(false)
                .build();
    }
}

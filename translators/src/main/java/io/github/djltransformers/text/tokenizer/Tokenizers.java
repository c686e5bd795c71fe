package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Opens tokenizer files for sequence models. */
public final class Tokenizers {
    /** Stands before the names of special tokens where the native tokenizer looks for them in a text. */
    private static final String UNWRITTEN = "\uE000\uE001";

    private Tokenizers() {}

    /**
     * Opens a {@code tokenizer.json} such that it neither pads nor cuts a text nor adds special tokens to it: DJL's
     * default silently cuts at 512 tokens and pads each batch. Lengths and special tokens are the business of whoever
     * builds the batch, and a text that spells one, such as {@code </s>}, is just that text: {@link #encode} and
     * {@link #id} are for such a tokenizer, in whose lists of tokens two private characters stand before the names of special
     * ones.
     *
     * @param file the file, or the directory that holds a file of that name
     * @return the tokenizer; the caller closes it
     * @throws IOException if there is no such file or it cannot be read
     * @throws MalformedModelException if the file is no valid tokenizer; a damaged one never reaches the native code
     */
    public static HuggingFaceTokenizer open(Path file) throws IOException, MalformedModelException {
        Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
        TokenizerFile checked = TokenizerFile.read(json);
        try {
            byte[] text = checked.textWithSpecialTokensNamed(UNWRITTEN).getBytes(StandardCharsets.UTF_8);
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
     * The ids of a text, none of which is a special token's, whatever the text says.
     *
     * @param tokenizer as {@link #open} opens it
     * @param text any; half of a surrogate pair counts as a question mark
     */
    public static int[] encode(HuggingFaceTokenizer tokenizer, String text) {
        // The native tokenizer takes UTF-8, which holds no half of a pair.
        String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String unmarked = valid.replace(UNWRITTEN, "");
        return Arrays.stream(tokenizer.encode(unmarked, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * The id of a special token.
     *
     * @param tokenizer as {@link #open} opens it
     * @param token its name, such as {@code </s>}
     * @return the id, or -1 if the tokenizer has no such token
     */
    public static int id(HuggingFaceTokenizer tokenizer, String token) {
        long[] ids = tokenizer.encode(UNWRITTEN + token, false, false).getIds();
        return ids.length == 1 ? Math.toIntExact(ids[0]) : -1;
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

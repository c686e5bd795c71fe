package io.github.djltransformers.text.tokenizer;

import java.util.List;
import java.util.Set;

/** Cuts texts into the tokens of one vocabulary. Safe for use by many threads. */
interface TokenizerEngine extends AutoCloseable {
    /** Stands before a special token in a text where its name alone is text. */
    String MARK = "\uE000\uE001";

    /** The tokens of each text. */
    List<TokenizedText> encode(List<TextInput> inputs);

    /**
     * The ids of a text of the program's own, where special tokens are spelt out.
     *
     * @param marked with {@link #MARK} before each special token
     */
    int[] encodeMarked(String marked);

    /** How the special tokens are spelt. */
    Set<String> specialTokens();

    /** The text of tokens, before a class's clean-up. */
    String decode(int[] ids, boolean skipSpecial);

    /** The token of an id, or null if it has none. */
    String token(int id);

    /** The id of a token, or -1 if there is none. */
    int id(String token);

    /** One more than the largest id. */
    int size();

    /** What is written before a token that goes on with a word; empty for nothing. */
    default String continuationPrefix() {
        return "";
    }

    @Override
    void close();
}

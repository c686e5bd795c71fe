package io.github.djltransformers.text.tokenizer;

import java.util.List;

/** Cuts texts into the tokens of one vocabulary. Safe for use by many threads. */
interface TokenizerEngine extends AutoCloseable {
    /** The tokens of each text. */
    List<TokenizedText> encode(List<TextInput> inputs);

    /** The text of tokens, before a class's clean-up. */
    String decode(int[] ids, boolean skipSpecial);

    /** The token of an id, or null if it has none. */
    String token(int id);

    /** The id of a token, or -1 if there is none. */
    int id(String token);

    /** One more than the largest id. */
    int size();

    @Override
    void close();
}

package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** How an alphabet treats text, said twice: to the trainer in Java and to the tokenizer in its file. */
interface AlphabetRules {
    /** Returns the tokens that follow the special tokens in every vocabulary. */
    List<String> fixedTokens();

    /** Tells whether the characters of the text join the fixed tokens. */
    boolean isLearnt();

    /** Tells whether a character outside the vocabulary is spelt in bytes. */
    boolean fallsBackToBytes();

    /** Cuts a text into the words that no merge crosses. */
    void words(String text, Consumer<String> word);

    /** Spells a word in symbols. */
    List<String> symbols(String word);

    /** How many characters a token has, the mark of a blank being one, and a part of one being one or none. */
    default int characters(String token) {
        return token.codePointCount(0, token.length());
    }

    /** Adds normalizer, pre-tokenizer and decoder, which do what {@link #words} and {@link #symbols} do. */
    void describe(JsonObject tokenizer);
}

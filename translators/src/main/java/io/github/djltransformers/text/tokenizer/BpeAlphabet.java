package io.github.djltransformers.text.tokenizer;

/**
 * The symbols that byte-pair encoding starts from, and with them how text is cut into words before any merge.
 *
 * <p>With each of them a blank before the text makes its first word the same token as the word within a sentence, and
 * decoding takes that one blank away again. Text is brought into normalisation form C.
 */
public enum BpeAlphabet {
    /**
     * The 256 bytes of UTF-8 (Radford et al. 2019, GPT-2, section 2.2): no text has an unknown part, and decoding gives
     * back exactly the normalised text. Words are GPT-2's: runs of letters, of digits, of other signs, each with the
     * blank before it.
     */
    BYTE_LEVEL(new ByteLevelRules()),

    /**
     * The characters of the training text that are as frequent as a merge must be; any other character is spelt in its
     * UTF-8 bytes (Touvron et al. 2023, LLaMA, section 2.1). Decoding gives back the normalised text, but a literal
     * U+2581, which stands for the blank, becomes a blank. Words are split at blanks and around runs of punctuation.
     */
    CHARACTERS_OR_BYTES(new CharacterRules(true)),

    /** As {@link #CHARACTERS_OR_BYTES}, but any other character is one unknown token, and lost in decoding. */
    CHARACTERS_OR_UNKNOWN(new CharacterRules(false));

    private final AlphabetRules rules;

    BpeAlphabet(AlphabetRules rules) {
        this.rules = rules;
    }

    AlphabetRules rules() {
        return rules;
    }
}

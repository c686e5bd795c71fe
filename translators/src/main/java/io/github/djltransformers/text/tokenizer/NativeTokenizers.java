package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Hands checked contents to the native tokenizer. */
final class NativeTokenizers {
    private NativeTokenizers() {}

    /** Opens a content such that it neither pads nor cuts: DJL's default cuts at 512 tokens, unsaid, and pads each batch. */
    static HuggingFaceTokenizer open(String source, String text) throws MalformedModelException {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        } catch (RuntimeException | IOException refusal) {
            throw new MalformedModelException(
                    "TextTokenizer: " + source + " must hold a valid tokenizer, got one that is refused ("
                            + refusal.getMessage() + ")",
                    refusal);
        }
    }

    /** The native tokenizer takes UTF-8, which holds no half of a surrogate pair: a question mark stands for it. */
    static String valid(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}

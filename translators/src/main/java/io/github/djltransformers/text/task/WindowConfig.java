package io.github.djltransformers.text.task;

import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.List;

/**
 * How a long text is read.
 *
 * @param limit the greatest number of tokens of a window
 * @param stride how many tokens of the text two neighbours share
 */
record WindowConfig(int limit, int stride) {
    /** The windows of a text; itself where it is short enough. */
    List<TokenizedText> over(TokenizedText text) {
        return text.length() <= limit ? List.of(text) : text.windows(limit, stride);
    }
}

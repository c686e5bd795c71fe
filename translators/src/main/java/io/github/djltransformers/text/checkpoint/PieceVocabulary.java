package io.github.djltransformers.text.checkpoint;

import com.google.gson.JsonObject;
import io.github.djltransformers.text.sentencepiece.SentencePieceModel;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tokenizer whose ids are not those of its models of SentencePiece: a text is cut into pieces, and pieces are looked up in a
 * vocabulary of their own, as in Marian and M2M-100.
 *
 * @param ids by token
 * @param unknownId the id of what the vocabulary lacks
 * @param source cuts texts to translate
 * @param target cuts translations
 * @param markers what is looked for in a text before it is cut
 * @param special what decoding can leave out
 * @param separate what decoding sets off by blanks
 * @param end follows every text
 * @param style how tokens are joined and texts are framed
 */
public record PieceVocabulary(
        Map<String, Integer> ids,
        int unknownId,
        Side source,
        Side target,
        List<String> markers,
        Set<String> special,
        Set<String> separate,
        String end,
        Style style)
        implements Vocabulary {
    /** Stands before what no text spells. */
    public static final String UNWRITTEN = "\uE000\uE001";

    /**
     * How texts of one side are cut.
     *
     * @param model normalises, and knows which pieces begin with a blank
     * @param document a {@code tokenizer.json} with the model alone, in which places from {@code size} are pieces without id
     */
    public record Side(SentencePieceModel model, JsonObject document) {}

    /** What the families do differently. */
    public enum Style {
        /** No start; a text may begin with {@code >>xx<<}, which is one token. */
        MARIAN,
        /** The language's token first. */
        M2M
    }
}

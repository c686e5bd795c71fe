package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;
import io.github.djltransformers.text.sentencepiece.SentencePiece;
import io.github.djltransformers.text.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the families have in common whose vocabulary is a model of SentencePiece. */
final class SentencePieceFiles {
    private SentencePieceFiles() {}

    static SentencePieceModel unigram(Path file) throws IOException, MalformedModelException {
        return read(file, SentencePieceModel.Algorithm.UNIGRAM);
    }

    static SentencePieceModel read(Path file, SentencePieceModel.Algorithm algorithm)
            throws IOException, MalformedModelException {
        SentencePieceModel model = SentencePieceModel.read(file);
        if (model.algorithm() != algorithm) {
            throw new MalformedModelException("TextTokenizer: " + file + " must be a model of algorithm " + algorithm
                    + ", got " + model.algorithm());
        }
        return model;
    }

    /** The pieces that are looked for before the model cuts a text. */
    static List<AddedToken> markers(SentencePieceModel model, List<String> special) {
        return model.pieces().stream()
                .filter(piece ->
                        piece.kind() == SentencePiece.Kind.CONTROL || piece.kind() == SentencePiece.Kind.USER_DEFINED)
                .map(piece -> AddedToken.special(piece.text())
                        .withSpecial(piece.kind() == SentencePiece.Kind.CONTROL || special.contains(piece.text())))
                .toList();
    }

    /**
     * A unigram model.
     *
     * @param pieces each with its score
     */
    static JsonObject unigram(JsonArray pieces, int unknown) {
        return TokenizerJson.component("Unigram", "unk_id", unknown, "vocab", pieces, "byte_fallback", false);
    }
}

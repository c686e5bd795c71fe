package io.github.djltransformers.text.tokenizer;

import io.github.djltransformers.text.checkpoint.PieceVocabulary;
import io.github.djltransformers.text.sentencepiece.SentencePiece;
import io.github.djltransformers.text.sentencepiece.SentencePieceNormalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Joins tokens to a text as the classes of Marian and M2M-100 do, blanks around special tokens included. */
final class PieceDecoder {
    private final PieceVocabulary vocabulary;
    private final Set<String> known; // the pieces whose blanks the model takes for blanks

    PieceDecoder(PieceVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        known = vocabulary.target().model().pieces().stream()
                .map(SentencePiece::text)
                .collect(Collectors.toUnmodifiableSet());
    }

    String decode(List<String> tokens) {
        List<String> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        for (String token : tokens) {
            if (vocabulary.separate().contains(token)) {
                addPart(part, parts);
                parts.add(token);
                part.clear();
            } else {
                part.add(token);
            }
        }
        addPart(part, parts);
        return String.join(" ", parts);
    }

    private void addPart(List<String> part, List<String> parts) {
        String text = join(part);
        if (!text.isEmpty()) {
            parts.add(text);
        }
    }

    private String join(List<String> tokens) {
        boolean marian = vocabulary.style() == PieceVocabulary.Style.MARIAN;
        StringBuilder text = new StringBuilder();
        int begin = 0; // of the pieces since the last special token
        for (String token : tokens) {
            if (vocabulary.special().contains(token)) {
                text.append(token).append(marian ? " " : "");
                begin = text.length();
            } else if (known.contains(token)) {
                boolean first = text.length() == begin;
                String piece = first && token.charAt(0) == SentencePieceNormalizer.BLANK ? token.substring(1) : token;
                text.append(piece.replace(SentencePieceNormalizer.BLANK, ' '));
            } else {
                text.append(token);
            }
        }
        String joined = marian ? text.toString().replace(SentencePieceNormalizer.BLANK, ' ') : text.toString();
        return joined.strip();
    }
}

package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;
import io.github.djltransformers.text.sentencepiece.SentencePiece;
import io.github.djltransformers.text.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models of SentencePiece whose pieces get their ids from a {@code vocab.json}. */
final class PieceFiles {
    private static final int MADE_UP_WORDS = 8;
    private static final int MOST_IDS = 1 << 24;

    private PieceFiles() {}

    static PieceVocabulary marian(TokenizerDirectory directory) throws IOException, MalformedModelException {
        if (directory.config().flag("separate_vocabs", false)) {
            throw directory.config().malformed("separate_vocabs must be false or absent, got true");
        }
        Map<String, Integer> ids = vocabulary(directory);
        AddedTokens added = directory.special().added(ids, List.of());
        return new PieceVocabulary(
                added.allIds(),
                ids.get(directory.special().required(TokenRole.UNK)),
                side(directory, "source.spm", ids),
                side(directory, "target.spm", ids),
                List.copyOf(added.tokens().keySet()),
                directory.special().specialContents(),
                notSpecial(added, directory),
                directory.special().required(TokenRole.EOS),
                PieceVocabulary.Style.MARIAN);
    }

    static PieceVocabulary m2m(TokenizerDirectory directory) throws IOException, MalformedModelException {
        Map<String, Integer> ids = vocabulary(directory);
        Map<String, Integer> all = new LinkedHashMap<>(ids);
        int first = size(ids);
        int next = first;
        for (String code : LanguageCodes.M2M_100.codes()) {
            all.put(languageToken(code), next++);
        }
        int madeUp = directory.config().whole("num_madeup_words", MADE_UP_WORDS);
        for (int i = 0; i < Math.min(madeUp, MOST_IDS); i++) {
            all.put("madeupword" + i, next++);
        }
        AddedTokens added = directory.special().added(all, List.of());
        PieceVocabulary.Side side = side(directory, "sentencepiece.bpe.model", ids);
        Set<String> separate = notSpecial(added, directory);
        directory.special().additional().stream()
                .map(AddedToken::content)
                .filter(token -> added.id(token) >= first)
                .forEach(separate::add);
        return new PieceVocabulary(
                added.allIds(),
                ids.get(directory.special().required(TokenRole.UNK)),
                side,
                side,
                List.copyOf(added.tokens().keySet()),
                directory.special().specialContents(),
                separate,
                directory.special().required(TokenRole.EOS),
                PieceVocabulary.Style.M2M);
    }

    static String languageToken(String code) {
        return "__" + code + "__";
    }

    private static Set<String> notSpecial(AddedTokens added, TokenizerDirectory directory) {
        Set<String> tokens = new LinkedHashSet<>(added.tokens().keySet());
        tokens.removeAll(directory.special().specialContents());
        return tokens;
    }

    private static Map<String, Integer> vocabulary(TokenizerDirectory directory)
            throws IOException, MalformedModelException {
        JsonFields file = JsonFields.readLarge(directory.file(List.of("vocab.json")));
        Map<String, Integer> ids = ByteLevelFiles.ids(file);
        for (TokenRole role : List.of(TokenRole.UNK, TokenRole.EOS)) {
            String token = directory.special().required(role);
            if (!ids.containsKey(token)) {
                throw file.malformed("the " + role.key() + " " + token + " must have an id, got none");
            }
        }
        if (size(ids) > MOST_IDS) {
            throw file.malformed("ids must be below " + MOST_IDS + ", got " + (size(ids) - 1));
        }
        return ids;
    }

    private static int size(Map<String, Integer> ids) {
        return ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    }

    /**
     * The model alone, in the order of the vocabulary. A place that the model has no piece for gets a name that no text
     * spells, with a score that leaves the lowest one as it is, from which the price of the unknown follows.
     */
    private static PieceVocabulary.Side side(TokenizerDirectory directory, String name, Map<String, Integer> ids)
            throws IOException, MalformedModelException {
        SentencePieceModel model = SentencePieceFiles.unigram(directory.file(List.of(name)));
        Map<String, Float> known = new LinkedHashMap<>();
        for (SentencePiece piece : model.pieces()) {
            if (piece.kind() == SentencePiece.Kind.NORMAL || piece.kind() == SentencePiece.Kind.USER_DEFINED) {
                known.put(piece.text(), piece.score());
            }
        }
        String[] byId = new String[size(ids)];
        ids.forEach((token, id) -> byId[id] = token);
        JsonArray pieces = new JsonArray();
        Set<String> placed = new HashSet<>();
        for (int id = 0; id < byId.length; id++) {
            Float score = known.get(byId[id]);
            if (score != null) {
                placed.add(byId[id]);
                pieces.add(entry(byId[id], score));
            } else {
                pieces.add(entry(PieceVocabulary.UNWRITTEN + id, 0));
            }
        }
        known.forEach((piece, score) -> {
            if (!placed.contains(piece)) {
                pieces.add(entry(piece, score));
            }
        });
        JsonObject document = TokenizerDirectory.document(
                new JsonArray(),
                null,
                TokenizerJson.metaspace("never", true),
                null,
                null,
                SentencePieceFiles.unigram(pieces, ids.get(directory.special().required(TokenRole.UNK))));
        return new PieceVocabulary.Side(model, document);
    }

    private static JsonArray entry(String piece, double score) {
        return TokenizerJson.array(List.of(piece, score));
    }
}

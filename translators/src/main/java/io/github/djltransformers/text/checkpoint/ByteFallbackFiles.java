package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;
import io.github.djltransformers.text.sentencepiece.SentencePiece;
import io.github.djltransformers.text.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** BPE models of SentencePiece that spell by bytes what has no piece. */
final class ByteFallbackFiles {
    private static final List<String> FILES = List.of("tokenizer.model");

    private ByteFallbackFiles() {}

    static JsonObject llama(TokenizerDirectory directory) throws IOException, MalformedModelException {
        SentencePieceModel model = SentencePieceFiles.read(directory.file(FILES), SentencePieceModel.Algorithm.BPE);
        JsonFields config = directory.config();
        boolean prefixed = config.flag("add_prefix_space", true);
        boolean eachPart = config.flag("legacy", true); // a blank before each part of a text between special tokens
        Map<String, Integer> ids = ids(model);
        AddedTokens added = directory.special().added(ids, SentencePieceFiles.markers(model, List.of()));
        List<JsonObject> normalizers = new ArrayList<>();
        if (prefixed) {
            normalizers.add(TokenizerJson.component("Prepend", "prepend", TokenizerJson.BLANK));
        }
        normalizers.add(TokenizerJson.replace(" ", TokenizerJson.BLANK));
        List<JsonObject> decoders = decoders();
        if (prefixed) {
            decoders.add(TokenizerJson.component("Strip", "content", " ", "start", 1, "stop", 0));
        }
        return TokenizerDirectory.document(
                added.json(),
                eachPart ? TokenizerJson.sequence("normalizers", normalizers) : null,
                eachPart ? null : TokenizerJson.metaspace(prefixed ? "first" : "never", false),
                framed(directory, added),
                TokenizerJson.sequence("decoders", decoders),
                bpe(model, ids));
    }

    static JsonObject gemma(TokenizerDirectory directory) throws IOException, MalformedModelException {
        SentencePieceModel model = SentencePieceFiles.read(directory.file(FILES), SentencePieceModel.Algorithm.BPE);
        Map<String, Integer> ids = ids(model);
        if (!ids.containsKey("\t") && ids.containsKey("<0x09>")) {
            ids.put("\t", ids.remove("<0x09>"));
        }
        AddedTokens added = directory
                .special()
                .added(ids, SentencePieceFiles.markers(model, List.of("<start_of_turn>", "<end_of_turn>")));
        return TokenizerDirectory.document(
                added.json(),
                TokenizerJson.replace(" ", TokenizerJson.BLANK),
                TokenizerJson.split(" ", "MergedWithPrevious"),
                framed(directory, added),
                TokenizerJson.sequence("decoders", decoders()),
                bpe(model, ids));
    }

    private static List<JsonObject> decoders() {
        return new ArrayList<>(List.of(
                TokenizerJson.replace(TokenizerJson.BLANK, " "),
                TokenizerJson.component("ByteFallback"),
                TokenizerJson.component("Fuse")));
    }

    static JsonObject framed(TokenizerDirectory directory, AddedTokens added) throws MalformedModelException {
        JsonFields config = directory.config();
        SpecialTokenFiles special = directory.special();
        return TokenizerDirectory.framedEach(
                added,
                config.flag("add_bos_token", true) ? List.of(special.required(TokenRole.BOS)) : List.of(),
                config.flag("add_eos_token", false) ? List.of(special.required(TokenRole.EOS)) : List.of());
    }

    private static Map<String, Integer> ids(SentencePieceModel model) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (SentencePiece piece : model.pieces()) {
            ids.put(piece.text(), ids.size());
        }
        return ids;
    }

    private static JsonObject bpe(SentencePieceModel model, Map<String, Integer> ids) {
        return TokenizerJson.component(
                "BPE",
                "dropout",
                null,
                "unk_token",
                model.unknownPiece(),
                "continuing_subword_prefix",
                null,
                "end_of_word_suffix",
                null,
                "fuse_unk",
                true,
                "byte_fallback",
                true,
                "ignore_merges",
                false,
                "vocab",
                TokenizerJson.ids(ids),
                "merges",
                merges(model));
    }

    /**
     * The merges, which the file does not hold: each way to cut a piece into two. The best score goes first, of equal ones the
     * longer left part, then the longer right one, then the order of the pieces.
     */
    private static JsonArray merges(SentencePieceModel model) {
        Map<String, Integer> ids = ids(model);
        List<Merge> merges = new ArrayList<>();
        for (SentencePiece piece : model.pieces()) {
            String text = piece.text();
            List<Merge> cuts = new ArrayList<>();
            for (int i = text.offsetByCodePoints(0, 1); i < text.length(); i = text.offsetByCodePoints(i, 1)) {
                Integer left = ids.get(text.substring(0, i));
                Integer right = left == null ? null : ids.get(text.substring(i));
                if (right != null) {
                    cuts.add(new Merge(text.substring(0, i), text.substring(i), left, right, piece.score()));
                }
            }
            cuts.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
            merges.addAll(cuts);
        }
        merges.sort(Comparator.comparingDouble(Merge::score)
                .thenComparingInt(merge -> length(merge.left))
                .thenComparingInt(merge -> length(merge.right))
                .reversed());
        JsonArray json = new JsonArray(merges.size());
        merges.forEach(merge -> json.add(TokenizerJson.array(List.of(merge.left, merge.right))));
        return json;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private record Merge(String left, String right, int leftId, int rightId, float score) {}
}

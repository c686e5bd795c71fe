package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.text.format.TokenizerJson;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vocabulary of WordPiece (Schuster and Nakajima 2012, as BERT uses it), one piece a line. */
final class WordPieceFiles {
    private static final int MAX_BYTES = 1 << 28;
    private static final int LONGEST_WORD = 100;

    private WordPieceFiles() {}

    static JsonObject read(TokenizerDirectory directory) throws IOException, MalformedModelException {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        String[] lines = RegularFile.text("TextTokenizer", directory.file(List.of("vocab.txt")), MAX_BYTES)
                .split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String piece = lines[i].replaceFirst("\r+$", "");
            if (!piece.isEmpty()) {
                vocabulary.put(piece, i);
            }
        }
        AddedTokens added = directory.special().added(vocabulary, List.of());
        JsonFields config = directory.config();
        String first = directory.special().required(TokenRole.CLS) + ":0";
        String separator = directory.special().required(TokenRole.SEP);
        List<String> single = List.of(first, "$A:0", separator + ":0");
        List<String> pair = directory.isOf(TokenizerFamily.MPNET)
                ? List.of(first, "$A:0", separator + ":0", separator + ":0", "$B:1", separator + ":1")
                : List.of(first, "$A:0", separator + ":0", "$B:1", separator + ":1");
        return TokenizerDirectory.document(
                added.json(),
                TokenizerJson.component(
                        "BertNormalizer",
                        "clean_text",
                        true,
                        "handle_chinese_chars",
                        config.flag("tokenize_chinese_chars", true),
                        "strip_accents",
                        config.flag("strip_accents"),
                        "lowercase",
                        config.flag("do_lower_case", true)),
                TokenizerJson.component("BertPreTokenizer"),
                TokenizerJson.template(single, pair, added::id),
                TokenizerJson.component("WordPiece", "prefix", "##", "cleanup", true),
                TokenizerJson.component(
                        "WordPiece",
                        "unk_token",
                        directory.special().required(TokenRole.UNK),
                        "continuing_subword_prefix",
                        "##",
                        "max_input_chars_per_word",
                        LONGEST_WORD,
                        "vocab",
                        TokenizerJson.ids(vocabulary)));
    }
}

package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;
import io.github.djltransformers.text.sentencepiece.SentencePiece;
import io.github.djltransformers.text.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Unigram models of SentencePiece, and what each family makes of their ids, texts and frames. */
final class UnigramFiles {
    private static final String MASK = "<mask>";
    private static final int EXTRA_IDS = 100;
    /** Rare pieces of a digit and a comma, which ALBERT's class cuts further. */
    private static final double DIGIT_COMMA_PENALTY = 100;

    private final TokenizerDirectory directory;
    private final SentencePieceModel model;

    private UnigramFiles(TokenizerDirectory directory, String file) throws IOException, MalformedModelException {
        this.directory = directory;
        model = SentencePieceFiles.unigram(directory.file(List.of(file)));
    }

    static JsonObject t5(TokenizerDirectory directory) throws IOException, MalformedModelException {
        UnigramFiles files = new UnigramFiles(directory, "spiece.model");
        int extra = directory.config().whole("extra_ids", EXTRA_IDS);
        if (extra > 1 << 16) {
            throw directory.config().malformed("extra_ids must be at most 65536, got " + extra);
        }
        List<String> names = new ArrayList<>();
        Pieces pieces = files.pieces(0);
        for (int i = 0; i < extra; i++) {
            names.add("<extra_id_" + i + ">");
        }
        for (int i = extra - 1; i >= 0; i--) {
            pieces.add(names.get(i), 0);
        }
        if (directory.special().additional().isEmpty()) {
            directory.special().addAdditional(names);
        }
        String end = directory.special().required(TokenRole.EOS) + ":0";
        return files.document(
                pieces,
                files.model.unknownId(),
                List.of("$A:0", end),
                List.of("$A:0", end, "$B:0", end),
                files.collapsedToBlank());
    }

    static JsonObject xlmRoberta(TokenizerDirectory directory) throws IOException, MalformedModelException {
        UnigramFiles files = new UnigramFiles(directory, "sentencepiece.bpe.model");
        String first = directory.special().required(TokenRole.CLS) + ":0";
        String separator = directory.special().required(TokenRole.SEP) + ":0";
        return files.document(
                files.fairseq(List.of()),
                3,
                List.of(first, "$A:0", separator),
                List.of(first, "$A:0", separator, separator, "$B:0", separator),
                files.collapsedToBlank());
    }

    /** The texts are framed for the source language; others take its token's place. */
    static JsonObject mbart(TokenizerDirectory directory, LanguageCodes codes, String source)
            throws IOException, MalformedModelException {
        UnigramFiles files = new UnigramFiles(directory, "sentencepiece.bpe.model");
        directory.special().addAdditional(codes.codes());
        String language = source + ":0";
        String end = directory.special().required(TokenRole.EOS) + ":0";
        boolean first = directory.isOf(TokenizerFamily.MBART50);
        return files.document(
                files.fairseq(codes.codes()),
                3,
                first ? List.of(language, "$A:0", end) : List.of("$A:0", end, language),
                first ? List.of(language, "$A:0", "$B:0", end) : List.of("$A:0", "$B:0", end, language),
                files.collapsedToBlank());
    }

    static JsonObject albert(TokenizerDirectory directory) throws IOException, MalformedModelException {
        UnigramFiles files = new UnigramFiles(directory, "spiece.model");
        List<JsonObject> normalizers = new ArrayList<>();
        normalizers.add(TokenizerJson.replace("``", "\""));
        normalizers.add(TokenizerJson.replace("''", "\""));
        if (!directory.config().flag("keep_accents", false)) {
            normalizers.add(TokenizerJson.component("NFKD"));
            normalizers.add(TokenizerJson.component("StripAccents"));
        }
        if (directory.config().flag("do_lower_case", true)) {
            normalizers.add(TokenizerJson.component("Lowercase"));
        }
        normalizers.addAll(files.charsmap());
        normalizers.add(TokenizerJson.replaceAll(" {2,}", " "));
        return files.document(
                files.pieces(DIGIT_COMMA_PENALTY),
                files.model.unknownId(),
                files.classified(),
                files.paired(),
                normalizers);
    }

    static JsonObject debertaV2(TokenizerDirectory directory) throws IOException, MalformedModelException {
        UnigramFiles files = new UnigramFiles(directory, "spm.model");
        List<JsonObject> normalizers = new ArrayList<>();
        if (directory.config().flag("do_lower_case", false)) {
            normalizers.add(TokenizerJson.component("Lowercase"));
        }
        normalizers.add(TokenizerJson.component("Strip", "strip_left", true, "strip_right", true));
        normalizers.addAll(files.charsmap());
        normalizers.add(TokenizerJson.replaceAll(" {2,}", " "));
        JsonObject document = files.document(
                files.pieces(0), files.model.unknownId(), files.classified(), files.paired(), normalizers);
        if (directory.config().flag("split_by_punct", false)) {
            document.add(
                    "pre_tokenizer",
                    TokenizerJson.sequence(
                            "pretokenizers",
                            TokenizerJson.component("Punctuation", "behavior", "Isolated"),
                            TokenizerJson.metaspace("always", true)));
        }
        return document;
    }

    private List<String> classified() {
        return List.of(
                directory.special().required(TokenRole.CLS) + ":0",
                "$A:0",
                directory.special().required(TokenRole.SEP) + ":0");
    }

    private List<String> paired() {
        List<String> parts = new ArrayList<>(classified());
        parts.add("$B:1");
        parts.add(directory.special().required(TokenRole.SEP) + ":1");
        return parts;
    }

    private List<JsonObject> charsmap() {
        byte[] blob = model.normalizer().charsmap().blob();
        return blob.length == 0
                ? List.of()
                : List.of(TokenizerJson.component(
                        "Precompiled",
                        "precompiled_charsmap",
                        Base64.getEncoder().encodeToString(blob)));
    }

    private List<JsonObject> collapsedToBlank() {
        List<JsonObject> normalizers = new ArrayList<>(charsmap());
        normalizers.add(TokenizerJson.component("Strip", "strip_left", false, "strip_right", true));
        normalizers.add(TokenizerJson.replaceAll(" {2,}", TokenizerJson.BLANK));
        return normalizers;
    }

    private JsonObject document(
            Pieces pieces, int unknown, List<String> single, List<String> pair, List<JsonObject> normalizers) {
        AddedTokens added = directory.special().added(pieces.ids, SentencePieceFiles.markers(model, List.of()));
        return TokenizerDirectory.document(
                added.json(),
                TokenizerJson.sequence("normalizers", normalizers),
                TokenizerJson.metaspace("always", true),
                TokenizerJson.template(single, pair, added::id),
                TokenizerJson.metaspace("always", true),
                SentencePieceFiles.unigram(pieces.json, unknown));
    }

    private Pieces pieces(double penalty) {
        Pieces pieces = new Pieces();
        for (SentencePiece piece : model.pieces()) {
            pieces.add(piece.text(), piece.score() - (endsInDigitComma(piece.text()) ? penalty : 0));
        }
        return pieces;
    }

    private static boolean endsInDigitComma(String piece) {
        return piece.endsWith(",")
                && piece.length() > 1
                && Character.isDigit(piece.codePointBefore(piece.length() - 1));
    }

    /** The ids of fairseq (Ott et al. 2019): four tokens of its own for the file's first three, one id on for the others. */
    private Pieces fairseq(List<String> languages) {
        Pieces pieces = new Pieces();
        for (String token : Arrays.asList("<s>", "<pad>", "</s>", "<unk>")) {
            pieces.add(token, 0);
        }
        for (SentencePiece piece : model.pieces()
                .subList(Math.min(3, model.pieces().size()), model.pieces().size())) {
            pieces.add(piece.text(), piece.score());
        }
        languages.forEach(language -> pieces.add(language, 0));
        pieces.add(MASK, 0);
        return pieces;
    }

    /** A vocabulary in the making. */
    private static final class Pieces {
        private final JsonArray json = new JsonArray();
        private final Map<String, Integer> ids = new HashMap<>();

        void add(String piece, double score) {
            ids.putIfAbsent(piece, json.size());
            json.add(TokenizerJson.array(List.of(piece, score)));
        }
    }
}

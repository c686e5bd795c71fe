package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.text.format.TokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Byte-level BPE (Radford et al. 2019): {@code vocab.json} with the ids and {@code merges.txt}, one merge a line. */
final class ByteLevelFiles {
    private static final int MAX_BYTES = 1 << 28;

    private ByteLevelFiles() {}

    static JsonObject read(TokenizerDirectory directory) throws IOException, MalformedModelException {
        Map<String, Integer> vocabulary = ids(JsonFields.readLarge(directory.file(List.of("vocab.json"))));
        AddedTokens added = directory.special().added(vocabulary, List.of());
        boolean prefixed = directory.config().flag("add_prefix_space", false);
        return TokenizerDirectory.document(
                added.json(),
                null,
                TokenizerJson.byteLevel(prefixed, true),
                postProcessor(directory, added, prefixed),
                TokenizerJson.byteLevel(true, true),
                TokenizerJson.component(
                        "BPE",
                        "dropout",
                        null,
                        "unk_token",
                        null,
                        "continuing_subword_prefix",
                        "",
                        "end_of_word_suffix",
                        "",
                        "fuse_unk",
                        false,
                        "byte_fallback",
                        false,
                        "ignore_merges",
                        false,
                        "vocab",
                        TokenizerJson.ids(vocabulary),
                        "merges",
                        TokenizerJson.array(merges(directory.file(List.of("merges.txt"))))));
    }

    /** The ids of a {@code vocab.json}. */
    static Map<String, Integer> ids(JsonFields file) throws MalformedModelException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : file.json().entrySet()) {
            ids.put(entry.getKey(), file.id(entry.getKey(), entry.getValue()));
        }
        return ids;
    }

    private static List<JsonElement> merges(Path file) throws IOException, MalformedModelException {
        List<JsonElement> merges = new ArrayList<>();
        String[] lines = RegularFile.text("TextTokenizer", file, MAX_BYTES).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].replaceFirst("\r+$", "");
            if (line.isBlank() || i == 0 && line.startsWith("#version")) {
                continue;
            }
            String[] pair = line.split(" ", -1);
            if (pair.length != 2) {
                throw new MalformedModelException("TextTokenizer: in " + file + " line " + (i + 1)
                        + " must hold two tokens with a blank between, got '"
                        + (line.length() > 80 ? line.substring(0, 80) + "..." : line) + "'");
            }
            merges.add(TokenizerJson.array(List.of(pair)));
        }
        return merges;
    }

    private static JsonObject postProcessor(TokenizerDirectory directory, AddedTokens added, boolean prefixed)
            throws MalformedModelException {
        SpecialTokenFiles special = directory.special();
        if (directory.isOf(TokenizerFamily.ROBERTA) || directory.isOf(TokenizerFamily.BART)) {
            String separator = special.required(TokenRole.SEP);
            String first = special.required(TokenRole.CLS);
            return TokenizerJson.component(
                    "RobertaProcessing",
                    "sep",
                    TokenizerJson.array(List.of(separator, added.id(separator))),
                    "cls",
                    TokenizerJson.array(List.of(first, added.id(first))),
                    "trim_offsets",
                    directory.config().flag("trim_offsets", true),
                    "add_prefix_space",
                    prefixed);
        }
        if (directory.config().flag("add_bos_token", false)) {
            // One, even before a pair.
            String start = special.required(TokenRole.BOS) + ":0";
            return TokenizerJson.template(List.of(start, "$A:0"), List.of(start, "$A:0", "$B:1"), added::id);
        }
        return TokenizerJson.byteLevel(true, false);
    }
}

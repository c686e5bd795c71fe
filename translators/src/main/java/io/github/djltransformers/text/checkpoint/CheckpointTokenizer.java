package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.text.format.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * All that the files of a checkpoint directory say of its tokenizer: {@code tokenizer.json} where there is one, and else the
 * files from before, as the classes of Hugging Face transformers read them.
 *
 * @param vocabulary cuts texts
 * @param roles the special tokens that the files name
 * @param languages those a model is told by tokens
 * @param cleansUp whether decoding takes out blanks before punctuation
 * @param maxLength the most tokens the model was made for; infinite where nothing is said
 * @param chatTemplate in Jinja; empty for none
 * @param endIds the tokens at which a model's configuration ends a text
 */
public record CheckpointTokenizer(
        Vocabulary vocabulary,
        Map<TokenRole, RoleToken> roles,
        Languages languages,
        boolean cleansUp,
        double maxLength,
        String chatTemplate,
        Set<Integer> endIds) {
    private static final int MAX_TEMPLATE_BYTES = 1 << 20;
    /** Hugging Face writes 10^30 for "no limit". */
    private static final double NO_LIMIT = 1e18;

    /**
     * A special token.
     *
     * @param text how it is spelt
     * @param id its id
     */
    public record RoleToken(String text, int id) {}

    /** Copies the map. */
    public CheckpointTokenizer {
        roles = Map.copyOf(roles);
        endIds = Set.copyOf(endIds);
    }

    /**
     * Reads a directory, or a lone file.
     *
     * @param path the directory of a checkpoint, or its {@code tokenizer.json}
     * @throws IOException if a file is missing or cannot be read
     * @throws MalformedModelException if a file breaks a rule, naming file, part, rule and what came
     */
    public static CheckpointTokenizer read(Path path) throws IOException, MalformedModelException {
        boolean lone = !Files.isDirectory(path);
        Path absolute = path.toAbsolutePath();
        TokenizerDirectory directory = new TokenizerDirectory(lone ? absolute.getParent() : path);
        Path document = lone ? path : path.resolve("tokenizer.json");
        if (lone || Files.exists(document)) {
            TokenizerFile file = DocumentFiles.read(document, directory);
            return of(directory, new DocumentVocabulary(file), Languages.NONE);
        }
        return switch (directory.family()) {
            case BERT, DISTILBERT, ELECTRA, MPNET -> of(directory, WordPieceFiles.read(directory));
            case GPT2, OPT, ROBERTA, BART -> of(directory, ByteLevelFiles.read(directory));
            case T5 -> of(directory, UnigramFiles.t5(directory));
            case XLM_ROBERTA -> of(directory, UnigramFiles.xlmRoberta(directory));
            case MBART -> mbart(directory, LanguageCodes.MBART);
            case MBART50 -> mbart(directory, LanguageCodes.MBART50);
            case ALBERT -> of(directory, UnigramFiles.albert(directory));
            case DEBERTA_V2 -> of(directory, UnigramFiles.debertaV2(directory));
            case LLAMA -> of(directory, ByteFallbackFiles.llama(directory));
            case GEMMA -> of(directory, ByteFallbackFiles.gemma(directory));
            case MARIAN -> of(directory, PieceFiles.marian(directory), Languages.NONE);
            case M2M_100 -> m2m(directory);
        };
    }

    private static CheckpointTokenizer mbart(TokenizerDirectory directory, LanguageCodes codes)
            throws IOException, MalformedModelException {
        String source = language(directory, "src_lang", codes, "en_XX");
        TokenizerFile file = new TokenizerFile(directory.toString(), UnigramFiles.mbart(directory, codes, source));
        Map<String, Integer> ids = new LinkedHashMap<>();
        codes.codes().forEach(code -> ids.put(code, file.id(code).orElseThrow()));
        Languages languages = new Languages(ids, source, language(directory, "tgt_lang", codes, null));
        return of(directory, new DocumentVocabulary(file), languages);
    }

    private static CheckpointTokenizer m2m(TokenizerDirectory directory) throws IOException, MalformedModelException {
        PieceVocabulary pieces = PieceFiles.m2m(directory);
        Map<String, Integer> ids = new LinkedHashMap<>();
        LanguageCodes.M2M_100.codes().forEach(code -> ids.put(code, pieces.ids().get(PieceFiles.languageToken(code))));
        String source = language(directory, "src_lang", LanguageCodes.M2M_100, "en");
        String target = language(directory, "tgt_lang", LanguageCodes.M2M_100, null);
        return of(directory, pieces, new Languages(ids, source, target));
    }

    private static String language(TokenizerDirectory directory, String key, LanguageCodes codes, String otherwise)
            throws MalformedModelException {
        String code = directory.config().text(key, otherwise);
        if (code != null && !codes.codes().contains(code)) {
            throw directory.config().malformed(key + " must be one of " + codes.codes() + ", got " + code);
        }
        return code;
    }

    private static CheckpointTokenizer of(TokenizerDirectory directory, JsonObject document)
            throws IOException, MalformedModelException {
        TokenizerFile file = new TokenizerFile(directory.toString(), document);
        return of(directory, new DocumentVocabulary(file), Languages.NONE);
    }

    private static CheckpointTokenizer of(TokenizerDirectory directory, Vocabulary vocabulary, Languages languages)
            throws IOException, MalformedModelException {
        Map<TokenRole, RoleToken> roles = new EnumMap<>(TokenRole.class);
        directory.special().roles().forEach((role, token) -> {
            Integer id = vocabulary instanceof PieceVocabulary pieces
                    ? pieces.ids().get(token.content())
                    : ((DocumentVocabulary) vocabulary)
                            .file().id(token.content()).stream()
                                    .boxed()
                                    .findFirst()
                                    .orElse(null);
            if (id != null) {
                roles.put(role, new RoleToken(token.content(), id));
            }
        });
        double maxLength = directory.maxLength();
        return new CheckpointTokenizer(
                vocabulary,
                roles,
                languages,
                directory.cleansUp(),
                maxLength >= NO_LIMIT ? Double.POSITIVE_INFINITY : maxLength,
                chatTemplate(directory),
                directory.endIds());
    }

    private static String chatTemplate(TokenizerDirectory directory) throws IOException, MalformedModelException {
        Path file = directory.file("chat_template.jinja");
        if (Files.exists(file)) {
            return RegularFile.text("TextTokenizer", file, MAX_TEMPLATE_BYTES);
        }
        JsonFields config = directory.config();
        if (config.json().get("chat_template") instanceof JsonArray) {
            for (JsonElement each : config.array("chat_template")) {
                JsonFields named = config.object("chat_template", each);
                if (named.text("name", "").equals("default")) {
                    return named.text("template", "");
                }
            }
            return "";
        }
        return config.text("chat_template", "");
    }
}

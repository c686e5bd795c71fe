package io.github.djltransformers.text.checkpoint;

import static io.github.djltransformers.text.checkpoint.TokenRole.BOS;
import static io.github.djltransformers.text.checkpoint.TokenRole.CLS;
import static io.github.djltransformers.text.checkpoint.TokenRole.EOS;
import static io.github.djltransformers.text.checkpoint.TokenRole.MASK;
import static io.github.djltransformers.text.checkpoint.TokenRole.PAD;
import static io.github.djltransformers.text.checkpoint.TokenRole.SEP;
import static io.github.djltransformers.text.checkpoint.TokenRole.UNK;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds of tokenizers whose files from before {@code tokenizer.json} are read, and what their classes in Hugging Face transformers take for granted. */
enum TokenizerFamily {
    BERT(List.of("bert"), List.of("bert"), Roles.BERT),
    DISTILBERT(List.of("distilbert"), List.of("distilbert"), Roles.BERT),
    ELECTRA(List.of("electra"), List.of("electra"), Roles.BERT),
    MPNET(List.of("mpnet"), List.of("mpnet"), Roles.with(Roles.FAIRSEQ, UNK, "[UNK]")),
    GPT2(List.of("gpt2"), List.of("gpt2"), Roles.GPT2),
    OPT(List.of(), List.of("opt"), Roles.GPT2),
    ROBERTA(List.of("roberta"), List.of("roberta"), Roles.FAIRSEQ),
    BART(List.of("bart"), List.of("bart"), Roles.FAIRSEQ),
    T5(List.of("t5"), List.of("t5", "mt5"), Map.of(EOS, "</s>", UNK, "<unk>", PAD, "<pad>")),
    XLM_ROBERTA(List.of("xlmroberta"), List.of("xlm-roberta"), Roles.FAIRSEQ),
    MBART(List.of("mbart"), List.of("mbart"), Roles.FAIRSEQ),
    MBART50(List.of("mbart50"), List.of(), Roles.without(Roles.FAIRSEQ, BOS)),
    ALBERT(
            List.of("albert"),
            List.of("albert"),
            Map.of(BOS, "[CLS]", EOS, "[SEP]", UNK, "<unk>", SEP, "[SEP]", PAD, "<pad>", CLS, "[CLS]", MASK, "[MASK]")),
    DEBERTA_V2(
            List.of("debertav2"),
            List.of("deberta-v2"),
            Roles.with(Roles.with(Roles.BERT, BOS, "[CLS]"), EOS, "[SEP]")),
    LLAMA(
            List.of("llama", "codellama"),
            List.of("llama", "mistral", "mixtral"),
            Map.of(UNK, "<unk>", BOS, "<s>", EOS, "</s>")),
    GEMMA(
            List.of("gemma"),
            List.of("gemma", "gemma2", "gemma3", "gemma3_text"),
            Map.of(UNK, "<unk>", BOS, "<bos>", EOS, "<eos>", PAD, "<pad>")),
    MARIAN(List.of("marian"), List.of("marian"), Map.of(UNK, "<unk>", EOS, "</s>", PAD, "<pad>")),
    M2M_100(
            List.of("m2m100"),
            List.of("m2m_100"),
            Map.of(BOS, "<s>", EOS, "</s>", SEP, "</s>", PAD, "<pad>", UNK, "<unk>"));

    private static final int MARIAN_LENGTH = 512;

    private final List<String> classes;
    private final List<String> modelTypes;
    private final Map<TokenRole, String> roles;

    TokenizerFamily(List<String> classes, List<String> modelTypes, Map<TokenRole, String> roles) {
        this.classes = classes;
        this.modelTypes = modelTypes;
        this.roles = roles;
    }

    /**
     * The family of a directory.
     *
     * @param tokenizerClass such as {@code BertTokenizerFast}, or empty; tells more than the model's type, which several share
     * @param modelType such as {@code bert}, or empty
     */
    static Optional<TokenizerFamily> of(String tokenizerClass, String modelType) {
        String name = tokenizerClass
                .replaceFirst("Fast$", "")
                .replaceFirst("Tokenizer$", "")
                .toLowerCase(Locale.ROOT);
        if (name.equals("pretrained")) {
            return Optional.empty(); // a class that takes nothing for granted
        }
        if (OPT.modelTypes.contains(modelType)) {
            return Optional.of(OPT); // whose class is GPT-2's
        }
        return Arrays.stream(values())
                .filter(family -> family.classes.contains(name))
                .findFirst()
                .or(() -> Arrays.stream(values())
                        .filter(family -> family.modelTypes.contains(modelType))
                        .findFirst());
    }

    /** All types of models that are known. */
    static List<String> modelTypes() {
        return Arrays.stream(values())
                .flatMap(family -> family.modelTypes.stream())
                .toList();
    }

    /** The special tokens where the files name none. */
    Map<TokenRole, AddedToken> defaults() {
        Map<TokenRole, AddedToken> tokens = new EnumMap<>(TokenRole.class);
        roles.forEach((role, content) -> tokens.put(role, plain(role, content)));
        return tokens;
    }

    /** A special token whose flags the files leave to the class. */
    AddedToken plain(TokenRole role, String content) {
        AddedToken token = AddedToken.special(content);
        return switch (this) {
            case GPT2, OPT -> token.withNormalized(true);
            case DEBERTA_V2 -> token.withNormalized(role == UNK);
            case ROBERTA, BART, ALBERT -> role == MASK ? token.withLstrip() : token;
            case MPNET, XLM_ROBERTA, MBART, MBART50 ->
                role == MASK ? token.withLstrip().withNormalized(true) : token;
            default -> token;
        };
    }

    /** Whether the class has flags of its own for a role, which go before those of a vocabulary's file. */
    boolean hasOwnFlags(TokenRole role) {
        return !plain(role, role.key()).equals(AddedToken.special(role.key()));
    }

    /** Whether decoding takes out blanks before punctuation unless the files say otherwise. */
    boolean cleansUp() {
        return usesWordPiece();
    }

    /** The most tokens that the class takes unless the files say otherwise. */
    double maxLength() {
        return this == MARIAN ? MARIAN_LENGTH : Double.POSITIVE_INFINITY;
    }

    boolean usesWordPiece() {
        return this == BERT || this == DISTILBERT || this == ELECTRA || this == MPNET;
    }

    /** Tokens by role. */
    private static final class Roles {
        static final Map<TokenRole, String> BERT =
                Map.of(UNK, "[UNK]", SEP, "[SEP]", PAD, "[PAD]", CLS, "[CLS]", MASK, "[MASK]");
        static final Map<TokenRole, String> FAIRSEQ =
                Map.of(BOS, "<s>", EOS, "</s>", SEP, "</s>", CLS, "<s>", UNK, "<unk>", PAD, "<pad>", MASK, "<mask>");
        static final Map<TokenRole, String> GPT2 =
                Map.of(UNK, "<|endoftext|>", BOS, "<|endoftext|>", EOS, "<|endoftext|>");

        private Roles() {}

        static Map<TokenRole, String> without(Map<TokenRole, String> roles, TokenRole role) {
            Map<TokenRole, String> all = new EnumMap<>(roles);
            all.remove(role);
            return all;
        }

        static Map<TokenRole, String> with(Map<TokenRole, String> roles, TokenRole role, String token) {
            Map<TokenRole, String> all = new EnumMap<>(roles);
            all.put(role, token);
            return all;
        }
    }
}

package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.HeadedEncoderDecoder;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.JointHead;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.checkpoint.TokenRole;
import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/** What translators need to know of a loaded checkpoint. */
final class TaskModel {
    /** As many as fill two cores; more make no text faster, and take memory. */
    private static final int BATCH_TOKENS = 2048;

    private static final int STRIDE = 128;

    private static final String HEAD = "head";

    private final Model model;
    private final CheckpointConfig config;
    private final ModelArguments arguments;
    private final Map<String, ?> given;

    TaskModel(Model model, Map<String, ?> given) throws IOException, MalformedModelException {
        if (model.getModelPath() == null) {
            throw new MalformedModelException("CheckpointTranslatorFactory: model must be loaded from a directory, got"
                    + " one that was not loaded");
        }
        this.model = model;
        this.given = given == null ? Map.of() : given;
        arguments = new ModelArguments("CheckpointTranslatorFactory", given);
        config = CheckpointConfig.read(directory());
    }

    Path directory() {
        return model.getModelPath();
    }

    Model model() {
        return model;
    }

    CheckpointConfig config() {
        return config;
    }

    Head head() throws MalformedModelException {
        return config.head();
    }

    /** What a classifier tells, in the order of its outputs; one head without a name where it tells but one thing. */
    List<JointHead> heads() throws MalformedModelException {
        return head() == Head.JOINT_CLASSIFICATION
                ? JointHead.of(config)
                : List.of(new JointHead("", head() == Head.TOKEN_CLASSIFICATION, config.labels()));
    }

    /** The head that the argument names, or the only one of that kind. */
    JointHead head(List<JointHead> heads, boolean ofTokens) {
        List<JointHead> fitting =
                heads.stream().filter(head -> head.ofTokens() == ofTokens).toList();
        List<String> names = fitting.stream().map(JointHead::name).toList();
        String wanted = arguments.value(HEAD, "be one of " + names, fitting.size() == 1 ? names.get(0) : null, name -> {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(name);
            }
            return name;
        });
        if (wanted == null) {
            throw new IllegalArgumentException(Text.format(
                    "CheckpointTranslatorFactory: %s must be one of %s, the heads of %s for %s, got none",
                    HEAD, names, directory(), ofTokens ? "tokens" : "texts"));
        }
        return fitting.get(names.indexOf(wanted));
    }

    ModelArguments arguments() {
        return arguments;
    }

    /** The arguments as they came. */
    Map<String, ?> given() {
        return given;
    }

    /** The block under a head: an encoder, or a decoder that does not write. */
    HeadedEncoder encoder() throws MalformedModelException {
        if (model.getBlock() instanceof HeadedEncoder encoder) {
            return encoder;
        }
        throw new MalformedModelException(
                "CheckpointTranslatorFactory: the model must be one stack with heads, got " + name(model.getBlock()));
    }

    static String name(Block block) {
        return block instanceof TransformerBlock own
                ? own.name()
                : block.getClass().getName();
    }

    /**
     * The tokenizer of the checkpoint, closed with the model.
     *
     * @param usual what becomes of a special token that a text spells, unless the argument specialText says otherwise
     * @throws MalformedModelException if it is none, or that of a model with more tokens
     */
    TextTokenizer tokenizer(SpecialText usual) throws IOException, MalformedModelException {
        TextTokenizer tokenizer =
                TextTokenizer.open(directory(), arguments.constant("specialText", SpecialText.class, usual));
        int rows = config.size("vocab_size", Integer.MAX_VALUE);
        if (tokenizer.vocabularySize() > rows) {
            int size = tokenizer.vocabularySize();
            tokenizer.close();
            throw new MalformedModelException(Text.format(
                    "CheckpointTranslatorFactory: the ids of %s must be below the model's %d, got %d; the tokenizer is"
                            + " another model's",
                    directory(), rows, size - 1));
        }
        model.getNDManager().attachInternal(UUID.randomUUID().toString(), tokenizer);
        return tokenizer;
    }

    /** The most tokens that the model reads. */
    int positions() throws MalformedModelException {
        if (model.getBlock() instanceof GenerativeModel writer) {
            return writer.config().maxLength();
        }
        return model.getBlock() instanceof HeadedEncoderDecoder two
                ? two.body().config().maxLength()
                : encoder().body().maxLength();
    }

    /** The most tokens of a prompt. */
    int promptLimit() throws MalformedModelException {
        return Math.min(positions(), arguments.wholeNumber("maxLength", 1, Integer.MAX_VALUE));
    }

    /** How many tokens are read side by side. */
    int batchTokens() {
        return arguments.wholeNumber("batchTokens", 1, BATCH_TOKENS);
    }

    /** The greatest number of tokens of a text, frame included: what the model takes, the files say and the caller wants. */
    int limit(TextTokenizer tokenizer, int filesLimit) throws MalformedModelException {
        int ofModel = Math.min(
                Math.min(positions(), filesLimit), tokenizer.maxLength().orElse(Integer.MAX_VALUE));
        int wanted = arguments.wholeNumber("maxLength", 1, ofModel);
        int least = tokenizer.encode("").length();
        if (Math.min(wanted, ofModel) <= least) {
            throw new IllegalArgumentException(Text.format(
                    "CheckpointTranslatorFactory: maxLength must be more than the %d tokens around a text, got %d",
                    least, wanted));
        }
        return Math.min(wanted, ofModel);
    }

    /** Windows of that length, which share what the argument stride says. */
    WindowConfig windows(TextTokenizer tokenizer, int most) throws MalformedModelException {
        int limit = limit(tokenizer, most);
        int stride = arguments.wholeNumber("stride", 0, Math.min(STRIDE, limit / 4));
        int frame = tokenizer.encode("").length();
        if (stride >= limit - frame) {
            throw new IllegalArgumentException(Text.format(
                    "CheckpointTranslatorFactory: stride must be less than the %d tokens of a text in a window, got %d",
                    limit - frame, stride));
        }
        return new WindowConfig(limit, stride);
    }

    /** How the model takes rows. */
    RowRunner runner(TextTokenizer tokenizer) throws MalformedModelException {
        int named = config.token("pad_token_id");
        OptionalInt padding = named >= 0 ? OptionalInt.of(named) : tokenizer.id(TokenRole.PAD);
        boolean mixed = named >= 0 || head() != Head.SEQUENCE_CLASSIFICATION;
        int start = config.integer("decoder_start_token_id", config.integer("bos_token_id", 0));
        return new RowRunner(new RowFormat(padding.orElse(0), start, mixed, batchTokens()));
    }
}

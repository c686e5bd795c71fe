package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.JointHead;
import io.github.djltransformers.huggingface.SentenceCheckpoint;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.checkpoint.TokenRole;
import io.github.djltransformers.text.constraint.ConstrainedVocabulary;
import io.github.djltransformers.text.constraint.Constraint;
import io.github.djltransformers.text.generate.WritingArguments;
import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.translate.PartialTranslation;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the tasks of a checkpoint, each set by its arguments. */
final class Tasks {
    private static final int TOP_K = 5;

    /** Longer windows make answers no better, and are slower. */
    private static final int ANSWER_WINDOW = 384;

    private static final int ANSWER_TOKENS = 15;

    private static final Map<String, Pooling> POOLINGS =
            Map.of("cls", Pooling.FIRST, "mean", Pooling.MEAN, "max", Pooling.MAX, "lasttoken", Pooling.LAST);

    private static final Set<String> SPELT = Set.of("t5", "mt5", "bart");

    private Tasks() {}

    /** Vectors of texts; the model's block becomes one that gives them. */
    static RowJob<String, float[]> embedding(TaskModel of) throws IOException, MalformedModelException {
        SentenceCheckpoint files = SentenceCheckpoint.read(of.directory());
        // As sentence-transformers reads texts, and its vectors are to be equal.
        TextTokenizer tokenizer = of.tokenizer(SpecialText.PARSED);
        int limit = of.limit(tokenizer, files.maxLength());
        RowRunner runner = of.runner(tokenizer);
        Pooling pooling = of.arguments()
                .value(
                        "pooling",
                        "be one of cls, lasttoken, max, mean",
                        files.config().pooling(),
                        name -> {
                            if (!POOLINGS.containsKey(name)) {
                                throw new IllegalArgumentException(name);
                            }
                            return POOLINGS.get(name);
                        });
        boolean normalized = of.arguments().flag("normalize", files.config().normalized());
        Model model = of.model();
        SentenceEncoder encoder = files.encoder(
                of.encoder().body(),
                new SentenceConfig(pooling, files.config().dense(), normalized),
                model.getNDManager());
        CompiledExecution.install(encoder, model.getNDManager(), CompilationConfig.of(of.given()));
        model.setBlock(encoder);
        String prompt = of.arguments()
                .value(
                        "prompt",
                        "be one of " + files.prompts().keySet(),
                        files.prompts().getOrDefault(files.defaultPrompt(), ""),
                        name -> {
                            if (!files.prompts().containsKey(name)) {
                                throw new IllegalArgumentException(name);
                            }
                            return files.prompts().get(name);
                        });
        return new RowJob<>(new EmbeddingTask(tokenizer, limit, prompt, files.lowerCase()), runner);
    }

    /** Classes of texts and pairs. */
    static RowJob<TextInput, Classifications> classification(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        return new RowJob<>(classes(of, tokenizer, of.head(of.heads(), false)), of.runner(tokenizer));
    }

    private static ClassificationTask classes(TaskModel of, TextTokenizer tokenizer, JointHead head)
            throws IOException, MalformedModelException {
        List<String> labels = head.labels();
        ScoreFunction function =
                of.arguments().constant("activation", ScoreFunction.class, function(of.config(), labels.size()));
        int topK = of.arguments().wholeNumber("topK", 1, TOP_K);
        return new ClassificationTask(
                tokenizer,
                of.limit(tokenizer, Integer.MAX_VALUE),
                labels,
                function,
                Math.min(topK, labels.size()),
                of.heads().indexOf(head));
    }

    /** All that a classifier tells. */
    static RowJob<String, TextAnalysis> analysis(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        Map<String, ClassificationTask> classes = new LinkedHashMap<>();
        Map<String, TaggingTask> entities = new LinkedHashMap<>();
        for (JointHead head : of.heads()) {
            if (head.ofTokens()) {
                entities.put(head.name(), tags(of, tokenizer, head));
            } else {
                classes.put(head.name(), classes(of, tokenizer, head));
            }
        }
        WindowConfig windows = entities.isEmpty()
                ? new WindowConfig(of.limit(tokenizer, Integer.MAX_VALUE), 0)
                : of.windows(tokenizer, Integer.MAX_VALUE);
        return new RowJob<>(new AnalysisTask(tokenizer, windows, classes, entities), of.runner(tokenizer));
    }

    private static ScoreFunction function(CheckpointConfig config, int classes) throws MalformedModelException {
        String problem = config.text("problem_type", "");
        if (problem.equals("regression")) {
            return ScoreFunction.NONE;
        }
        boolean single = !problem.equals("multi_label_classification") && classes > 1;
        return single ? ScoreFunction.SOFTMAX : ScoreFunction.SIGMOID;
    }

    /** How well pairs of texts go together. */
    static RowJob<TextInput, float[]> pairScore(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        ScoreFunction function = of.arguments().constant("activation", ScoreFunction.class, pairFunction(of.config()));
        return new RowJob<>(
                new PairScoreTask(tokenizer, of.limit(tokenizer, Integer.MAX_VALUE), function), of.runner(tokenizer));
    }

    /** As sentence-transformers' CrossEncoder: what its configuration names, else a sigmoid of a single number. */
    private static ScoreFunction pairFunction(CheckpointConfig config) throws MalformedModelException {
        CheckpointConfig own = config.object("sentence_transformers");
        String named = own == null ? "" : own.text("activation_fn", "");
        if (named.isEmpty()) {
            named = config.text("sbert_ce_default_activation_function", "");
        }
        String name = named.substring(named.lastIndexOf('.') + 1);
        return switch (name) {
            case "" -> config.labels().size() == 1 ? ScoreFunction.SIGMOID : ScoreFunction.NONE;
            case "Identity" -> ScoreFunction.NONE;
            case "Sigmoid" -> ScoreFunction.SIGMOID;
            default -> throw config.wrong("activation_fn", "Sigmoid or Identity", named);
        };
    }

    /** Classes that the model was not trained for. */
    static RowJob<ZeroShotClassificationInput, ZeroShotClassificationOutput> zeroShot(TaskModel of)
            throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        return new RowJob<>(
                new ZeroShotTask(
                        tokenizer,
                        of.limit(tokenizer, Integer.MAX_VALUE),
                        of.config().labels()),
                of.runner(tokenizer));
    }

    /** Entities of texts. */
    static RowJob<String, NamedEntity[]> tagging(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        return new RowJob<>(tags(of, tokenizer, of.head(of.heads(), true)), of.runner(tokenizer));
    }

    private static TaggingTask tags(TaskModel of, TextTokenizer tokenizer, JointHead head)
            throws IOException, MalformedModelException {
        Aggregation usual = of.head() == Head.JOINT_CLASSIFICATION ? Aggregation.WORD : Aggregation.SIMPLE;
        return new TaggingTask(
                tokenizer,
                of.windows(tokenizer, Integer.MAX_VALUE),
                head.labels(),
                tokenizer.id(TokenRole.UNK),
                of.arguments().constant("aggregation", Aggregation.class, usual),
                of.heads().indexOf(head));
    }

    /** Answers to questions. */
    static RowJob<QAInput, List<Answer>> answer(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        ModelArguments arguments = of.arguments();
        return new RowJob<>(
                new AnswerTask(
                        tokenizer,
                        of.windows(tokenizer, ANSWER_WINDOW),
                        tokenizer.id(TokenRole.CLS),
                        arguments.wholeNumber("maxAnswerLength", 1, ANSWER_TOKENS),
                        arguments.wholeNumber("topK", 1, 1),
                        arguments.flag("noAnswer", false)),
                of.runner(tokenizer));
    }

    /** Texts that go on. */
    static PromptJob<String> continuation(TaskModel of) throws IOException, MalformedModelException {
        // Prompts are a developer's, who writes special tokens where the model learnt them.
        TextTokenizer tokenizer = of.tokenizer(SpecialText.PARSED);
        PromptJob.Form form =
                of.arguments().flag("fullText", false) ? PromptJob.Form.WITH_PROMPT : PromptJob.Form.CONTINUATION;
        return new PromptJob<>(
                tokenizer,
                writer(of, tokenizer, new GenerationArguments(of).config("")),
                text -> tokenizer.encode(text).ids(),
                of.promptLimit(),
                form);
    }

    /** Answers in a conversation. */
    static PromptJob<ChatMessage[]> answerToChat(TaskModel of) throws IOException, MalformedModelException {
        TextTokenizer tokenizer = of.tokenizer(SpecialText.AS_TEXT);
        tokenizer.requireChatTemplate();
        GenerationConfig config = new GenerationArguments(of).config("");
        Set<Integer> ends = new TreeSet<>(config.endIds());
        ends.addAll(tokenizer.endIds());
        return new PromptJob<>(
                tokenizer,
                writer(of, tokenizer, config.toBuilder().optEndIds(ends).build()),
                messages -> tokenizer.encodeChat(Arrays.asList(messages), true),
                of.promptLimit(),
                PromptJob.Form.ANSWER);
    }

    /** Texts for texts. */
    static SourceJob<String> translation(TaskModel of) throws IOException, MalformedModelException {
        return translation(of, PartialTranslation::of);
    }

    /** Texts for texts, with how they begin. */
    static SourceJob<PartialTranslation> completion(TaskModel of) throws IOException, MalformedModelException {
        return translation(of, Function.identity());
    }

    private static <E> SourceJob<E> translation(TaskModel of, Function<E, PartialTranslation> read)
            throws IOException, MalformedModelException {
        // Sentinels and masks are part of what these read; texts to translate are anyone's.
        boolean spelt = SPELT.contains(of.config().modelType());
        TextTokenizer tokenizer = of.tokenizer(spelt ? SpecialText.PARSED : SpecialText.AS_TEXT);
        SourceForm form = SourceForm.of(of, tokenizer);
        GenerationConfig config = new GenerationArguments(of).config(form.task());
        if (form.firstId() >= 0) {
            config = config.toBuilder().optFirstId(form.firstId()).build();
        }
        return new SourceJob<>(
                tokenizer,
                writer(of, tokenizer, config),
                form,
                of.limit(tokenizer, Integer.MAX_VALUE),
                of.positions(),
                read,
                of.arguments().flag("alignments", false));
    }

    private static Writer writer(TaskModel of, TextTokenizer tokenizer, GenerationConfig config)
            throws IOException, MalformedModelException {
        WritingArguments arguments = new WritingArguments(of.arguments());
        Constraint constraint = arguments.constraint();
        GenerationConfig whole = config.toBuilder()
                .optRequiredPhrases(Stream.concat(
                                config.requiredPhrases().stream(),
                                WritingArguments.tokens(arguments.phrases(), tokenizer).stream())
                        .toList())
                .build();
        return new Writer(
                whole,
                constraint == null ? null : new ConstrainedVocabulary(constraint, tokenizer),
                new GenerationArguments(of).speculation(whole),
                of.batchTokens());
    }

    /** Words for masks. */
    static RowJob<String, List<Classifications>> fillMask(TaskModel of) throws IOException, MalformedModelException {
        // A text spells the mask, which is a special token.
        TextTokenizer tokenizer = of.tokenizer(SpecialText.PARSED);
        int mask = tokenizer
                .id(TokenRole.MASK)
                .orElseThrow(() -> new IllegalArgumentException(Text.format(
                        "CheckpointTranslatorFactory: the tokenizer of %s must have a mask token, got none",
                        of.directory())));
        return new RowJob<>(
                new FillMaskTask(
                        tokenizer,
                        of.limit(tokenizer, Integer.MAX_VALUE),
                        mask,
                        of.arguments().wholeNumber("topK", 1, TOP_K)),
                of.runner(tokenizer));
    }
}

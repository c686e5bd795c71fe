package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.checkpoint.TokenRole;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Carries a {@link ClassifierPlan} out. */
final class ClassifierTraining implements RecipeTraining.Preparation {
    private final ClassifierPlan plan;
    private final Path data;
    private final Consumer<String> progress;
    private final List<LabelHead> heads = new ArrayList<>();
    private List<ClassifierExample> learnt;
    private List<ClassifierExample> judged;
    private List<ClassifierExample> tested;

    ClassifierTraining(ClassifierPlan plan, Path data, Consumer<String> progress) {
        this.plan = plan;
        this.data = data;
        this.progress = progress;
    }

    @Override
    public void read() throws IOException {
        List<List<LabelledText>> train = texts("train", HeadCorpus::train);
        List<List<LabelledText>> validation = texts("validation", HeadCorpus::validation);
        List<List<LabelledText>> test = texts("test", HeadCorpus::test);
        for (int i = 0; i < train.size(); i++) {
            HeadCorpus corpus = plan.corpora().get(i);
            heads.add(head(corpus.form(), train.get(i)));
            requireKnown("validation", corpus, heads.get(i).labels(), validation.get(i));
            requireKnown("test", corpus, heads.get(i).labels(), test.get(i));
        }
        learnt = ClassifierExample.join(train);
        judged = ClassifierExample.join(validation);
        tested = ClassifierExample.join(test);
    }

    private static LabelHead head(HeadCorpus.Form form, List<LabelledText> texts) {
        List<String> labels = List.copyOf(
                texts.stream().flatMap(text -> text.labels().stream()).collect(Collectors.toCollection(TreeSet::new)));
        return switch (form) {
            case CLASS -> new ClassHead(labels);
            case CLASSES -> new ClassesHead(labels);
            case TAGGED_LINES, TAGGED_WORDS -> TagsHead.of(texts);
        };
    }

    /** A rare tag may come in no text to learn from, and is never told; of classes that is likely a mistake. */
    private static void requireKnown(String key, HeadCorpus corpus, List<String> labels, List<LabelledText> texts) {
        if (corpus.form().ofWords()) {
            return;
        }
        for (LabelledText text : texts) {
            for (String label : text.labels()) {
                if (!labels.contains(label)) {
                    throw new IllegalArgumentException(Text.format(
                            "ClassifierTraining: classes of corpus.%s must be among the %d of corpus.train, got %s",
                            key, labels.size(), label));
                }
            }
        }
    }

    private List<List<LabelledText>> texts(String key, Function<HeadCorpus, String> name) throws IOException {
        List<List<LabelledText>> all = new ArrayList<>();
        for (HeadCorpus corpus : plan.corpora()) {
            String file = name.apply(corpus);
            List<LabelledText> texts = file.isEmpty() ? List.of() : LabelledText.read(data.resolve(file), corpus);
            if (texts.isEmpty() && !file.isEmpty()) {
                throw new IllegalArgumentException(Text.format(
                        "ClassifierTraining: corpus.%s must name a file with texts, got none in %s",
                        key, data.resolve(file)));
            }
            all.add(texts);
        }
        return all;
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        List<String> texts = learnt.stream().map(ClassifierExample::text).toList();
        RecipeCheckpoint start = plan.start();
        try (TextTokenizer tokenizer = start.tokenizer(data, folder, texts)) {
            if (plan.excerptShare() > 0 && tokenizer.encode("").length() > 0) {
                throw new IllegalArgumentException(
                        "ClassifierTraining: corpus.excerptShare must be 0 with a tokenizer that"
                                + " puts tokens around a text, got " + plan.excerptShare());
            }
            CheckpointConfig config = start.config(data, tokenizer, plan.head(), this::addLabels);
            progress.accept(Text.format(
                    "%d texts to learn from, %d to judge by, %s, a vocabulary of %d",
                    learnt.size(), judged.size(), counts(), tokenizer.vocabularySize()));
            int padding = Math.max(0, config.token("pad_token_id"));
            LabelledTexts.Form form = new LabelledTexts.Form(heads, plan.maxTokens(), plan.maximumTokens(), padding);
            return new PreparedTraining(
                    Checkpoint.create(config),
                    start.weights(data, config),
                    LabelledTexts.of(learnt, tokenizer, form, plan.run().seed())
                            .with(new LabelledTexts.Noise(plan.excerptShare(), plan.hiddenShare(), unknown(tokenizer))),
                    new LabelLoss(),
                    ClassifierValidation.of(judged, tokenizer, form, names()),
                    tested.isEmpty() ? null : ClassifierValidation.of(tested, tokenizer, form, names()),
                    List.of(new Shape(1, 1), new Shape(1, 1, 1, 1)),
                    new CheckpointForm(config));
        }
    }

    private int unknown(TextTokenizer tokenizer) {
        return tokenizer.id(TokenRole.UNK).orElseGet(() -> {
            if (plan.hiddenShare() > 0 && !plan.start().from().isEmpty()) {
                throw new IllegalArgumentException(
                        "ClassifierTraining: corpus.hiddenShare must be 0 with a tokenizer that has no"
                                + " token for what is unknown, got " + plan.hiddenShare());
            }
            return SpecialToken.UNKNOWN.id();
        });
    }

    private List<String> names() {
        return plan.corpora().stream().map(HeadCorpus::name).toList();
    }

    private String counts() {
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            String name = names().get(i);
            counts.add(heads.get(i).labels().size() + " labels" + (name.isEmpty() ? "" : " of " + name));
        }
        return String.join(", ", counts);
    }

    private void addLabels(JsonObject json) {
        if (plan.head() != Head.JOINT_CLASSIFICATION) {
            RecipeCheckpoint.addLabels(json, heads.get(0).labels());
            if (heads.get(0) instanceof ClassesHead) {
                json.addProperty("problem_type", "multi_label_classification");
            }
            return;
        }
        JsonObject listed = new JsonObject();
        for (int i = 0; i < heads.size(); i++) {
            JsonObject head = new JsonObject();
            head.addProperty("of", heads.get(i).ofTokens() ? "tokens" : "text");
            RecipeCheckpoint.addLabels(head, heads.get(i).labels());
            listed.add(names().get(i), head);
        }
        json.add("heads", listed);
    }

    /** The sum of what each head loses. */
    private final class LabelLoss extends Loss {
        LabelLoss() {
            super("LabelLoss");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            NDArray sum = null;
            for (int i = 0; i < heads.size(); i++) {
                NDArray loss = heads.get(i)
                        .loss(
                                labels.get(i),
                                predictions.get(i),
                                plan.optimizer().labelSmoothing());
                sum = sum == null ? loss : sum.add(loss);
            }
            return sum;
        }
    }
}

package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.run.Validation.Verdict;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.metric.ClassScores;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Carries a {@link ClassificationRecipe} out. */
final class ClassificationTraining implements RecipeTraining.Preparation {
    private static final long NONE = -100;
    private static final int AT_ONCE = 4096;

    private final ClassificationRecipe recipe;
    private final Path data;
    private final Consumer<String> progress;
    private List<Line> learnt;
    private List<Line> judged;
    private List<String> labels;

    ClassificationTraining(ClassificationRecipe recipe, Path data, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.progress = progress;
    }

    private record Line(String label, String text) {}

    @Override
    public void read() throws IOException {
        learnt = lines("train", recipe.corpus().train());
        judged = lines("validation", recipe.corpus().validation());
        TreeSet<String> known = new TreeSet<>();
        learnt.forEach(line -> known.add(line.label));
        labels = List.copyOf(known);
        for (Line line : judged) {
            if (!known.contains(line.label)) {
                throw new IllegalArgumentException(Text.format(
                        "ClassificationTraining: classes of corpus.validation must be among the %d of corpus.train, got %s",
                        labels.size(), line.label));
            }
        }
    }

    private List<Line> lines(String key, String name) throws IOException {
        ClassificationRecipe.Corpus corpus = recipe.corpus();
        List<Line> lines = new ArrayList<>();
        int columns = Math.max(corpus.labelColumn(), corpus.textColumn()) + 1;
        try (TextLines all = TextLines.open(data.resolve(name))) {
            for (String line = all.next(); line != null; line = all.next()) {
                String[] fields = line.split("\t", -1);
                if (fields.length < columns) {
                    throw new IllegalArgumentException(Text.format(
                            "ClassificationTraining: line %d of %s must have %d columns, got %d",
                            lines.size() + 1, data.resolve(name), columns, fields.length));
                }
                if (!fields[corpus.textColumn()].isBlank()) {
                    lines.add(new Line(fields[corpus.labelColumn()], fields[corpus.textColumn()]));
                }
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(Text.format(
                    "ClassificationTraining: corpus.%s must name a file with texts, got none in %s",
                    key, data.resolve(name)));
        }
        return lines;
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        List<String> texts = learnt.stream().map(Line::text).toList();
        try (TextTokenizer tokenizer = NewCheckpoint.tokenizer(folder, recipe.tokenizer(), texts)) {
            JsonObject model = recipe.model();
            NewCheckpoint.addLabels(model, labels);
            CheckpointConfig config = NewCheckpoint.config(model, tokenizer, Head.SEQUENCE_CLASSIFICATION);
            progress.accept(Text.format(
                    "%d texts of %d classes, %d to judge by, a vocabulary of %d",
                    learnt.size(), labels.size(), judged.size(), tokenizer.vocabularySize()));
            LabelledTexts held = tokenized(tokenizer, judged);
            return new PreparedTraining(
                    Checkpoint.create(config),
                    tokenized(tokenizer, learnt).withExcerpts(recipe.corpus().excerptShare()),
                    new LabelSmoothedCrossEntropy(recipe.optimizer().labelSmoothing(), NONE, Reduction.MEAN),
                    validation(held, numbers(judged)),
                    List.of(new Shape(1, 1), new Shape(1, 1, 1, 1)),
                    new CheckpointForm(config));
        }
    }

    private LabelledTexts tokenized(TextTokenizer tokenizer, List<Line> lines) {
        List<int[]> texts = new ArrayList<>();
        for (int from = 0; from < lines.size(); from += AT_ONCE) {
            List<TextInput> some = lines.subList(from, Math.min(lines.size(), from + AT_ONCE)).stream()
                    .map(line -> TextInput.of(line.text))
                    .toList();
            tokenizer
                    .encode(some)
                    .forEach(text ->
                            texts.add(text.cut(recipe.corpus().maxTokens()).ids()));
        }
        return new LabelledTexts(
                texts,
                new ClassLabels(numbers(lines)),
                recipe.batches().maximumTokens(),
                recipe.run().seed());
    }

    private List<Integer> numbers(List<Line> lines) {
        return lines.stream().map(line -> labels.indexOf(line.label)).toList();
    }

    /** The share of texts whose class is the likeliest; that is the score. */
    private BlockValidation validation(LabelledTexts held, List<Integer> right) {
        return new BlockValidation() {
            @Override
            public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
                ClassScores scores = new ClassScores(labels.size());
                for (int[] places : held.all()) {
                    try (NDManager manager = parent.newSubManager()) {
                        NDArray logits =
                                model.apply(held.inputs(manager, places)).singletonOrThrow();
                        long[] best = logits.argMax(1).toLongArray();
                        for (int i = 0; i < places.length; i++) {
                            scores.add(right.get(places[i]), (int) best[i]);
                        }
                    }
                }
                Bootstrap interval = Bootstrap.ofMean(scores.hits(), 1);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", scores.accuracy());
                figures.put("accuracyLow", interval.low());
                figures.put("accuracyHigh", interval.high());
                figures.put("macroF1", scores.macroF1());
                return new Verdict(scores.accuracy(), figures);
            }
        };
    }
}

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
import io.github.djltransformers.text.metric.SpanScores;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
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

/**
 * Carries a {@link TaggingRecipe} out. All tokens of a word learn its tag, those behind the first of a word that begins an entity
 * that they go on with it; the first one tells it.
 */
final class TaggingTraining implements RecipeTraining.Preparation {
    private static final String BEGINS = "B-";
    private static final String GOES_ON = "I-";

    private final TaggingRecipe recipe;
    private final Path data;
    private final Consumer<String> progress;
    private List<TaggedSentence> learnt;
    private List<TaggedSentence> judged;
    private List<String> labels;

    TaggingTraining(TaggingRecipe recipe, Path data, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.progress = progress;
    }

    @Override
    public void read() throws IOException {
        learnt = sentences("train", recipe.corpus().train());
        judged = sentences("validation", recipe.corpus().validation());
        TreeSet<String> known = new TreeSet<>();
        for (TaggedSentence sentence : learnt) {
            for (String tag : sentence.tags()) {
                known.add(tag);
                known.add(later(tag));
            }
        }
        labels = List.copyOf(known);
    }

    private List<TaggedSentence> sentences(String key, String name) throws IOException {
        TaggingRecipe.Corpus corpus = recipe.corpus();
        List<TaggedSentence> sentences =
                TaggedSentence.read(data.resolve(name), corpus.wordColumn(), corpus.tagColumn());
        if (sentences.isEmpty()) {
            throw new IllegalArgumentException(Text.format(
                    "TaggingTraining: corpus.%s must name a file with sentences, got none in %s",
                    key, data.resolve(name)));
        }
        return sentences;
    }

    /** The tag of a word's tokens behind its first. */
    private static String later(String tag) {
        return tag.startsWith(BEGINS) ? GOES_ON + tag.substring(BEGINS.length()) : tag;
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        List<String> texts = learnt.stream().map(TaggedSentence::text).toList();
        try (TextTokenizer tokenizer = NewCheckpoint.tokenizer(folder, recipe.tokenizer(), texts)) {
            JsonObject model = recipe.model();
            NewCheckpoint.addLabels(model, labels);
            CheckpointConfig config = NewCheckpoint.config(model, tokenizer, Head.TOKEN_CLASSIFICATION);
            progress.accept(Text.format(
                    "%d sentences with %d tags, %d to judge by, a vocabulary of %d",
                    learnt.size(), labels.size(), judged.size(), tokenizer.vocabularySize()));
            return new PreparedTraining(
                    Checkpoint.create(config),
                    labelled(learnt, tokenized(tokenizer, learnt)),
                    new LabelSmoothedCrossEntropy(
                            recipe.optimizer().labelSmoothing(), TokenLabels.NONE, Reduction.MEAN),
                    validation(tokenized(tokenizer, judged)),
                    List.of(new Shape(1, 1), new Shape(1, 1, 1, 1)),
                    new CheckpointForm(config));
        }
    }

    private List<TokenizedText> tokenized(TextTokenizer tokenizer, List<TaggedSentence> sentences) {
        return tokenizer
                .encode(sentences.stream()
                        .map(sentence -> TextInput.of(sentence.text()))
                        .toList())
                .stream()
                .map(text -> text.cut(recipe.corpus().maxTokens()))
                .toList();
    }

    private LabelledTexts labelled(List<TaggedSentence> sentences, List<TokenizedText> texts) {
        List<int[]> rows = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            TaggedSentence sentence = sentences.get(i);
            int[] words = sentence.wordOfToken(texts.get(i));
            int[] row = new int[words.length];
            for (int j = 0; j < row.length; j++) {
                boolean first = j == 0 || words[j - 1] != words[j];
                row[j] = words[j] < 0
                        ? between(sentence, j + 1 < row.length ? words[j + 1] : -1)
                        : number(sentence.tags().get(words[j]), first);
            }
            rows.add(row);
        }
        return new LabelledTexts(
                texts.stream().map(TokenizedText::ids).toList(),
                new TokenLabels(rows),
                recipe.batches().maximumTokens(),
                recipe.run().seed());
    }

    private int number(String tag, boolean first) {
        return labels.indexOf(first ? tag : later(tag));
    }

    /** A blank that is a token of its own goes on with the span that the word behind it goes on with. */
    private int between(TaggedSentence sentence, int next) {
        String tag = next < 0 ? SpanScores.OUTSIDE : sentence.tags().get(next);
        int number = labels.indexOf(tag.startsWith(GOES_ON) ? tag : SpanScores.OUTSIDE);
        return number < 0 ? TokenLabels.NONE : number;
    }

    /** The score is the F1 of spans where tags have them, else the share of right tags. A word that was cut off has no tag. */
    private BlockValidation validation(List<TokenizedText> texts) {
        LabelledTexts held = labelled(judged, texts);
        boolean spans = labels.stream().anyMatch(label -> label.startsWith(BEGINS));
        return new BlockValidation() {
            @Override
            public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
                SpanScores scores = new SpanScores();
                for (int[] places : held.all()) {
                    try (NDManager manager = parent.newSubManager()) {
                        NDArray logits =
                                model.apply(held.inputs(manager, places)).singletonOrThrow();
                        int length = (int) logits.getShape().get(1);
                        long[] best = logits.argMax(2).toLongArray();
                        for (int i = 0; i < places.length; i++) {
                            scores.add(judged.get(places[i]).tags(), told(places[i], best, i * length));
                        }
                    }
                }
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", scores.accuracy());
                if (spans) {
                    figures.put("precision", scores.precision());
                    figures.put("recall", scores.recall());
                    figures.put("f1", scores.f1());
                }
                return new Verdict(spans ? scores.f1() : scores.accuracy(), figures);
            }

            private List<String> told(int place, long[] best, int from) {
                List<String> tags = new ArrayList<>();
                for (int first : judged.get(place).firstTokens(texts.get(place))) {
                    tags.add(first < 0 ? SpanScores.OUTSIDE : labels.get((int) best[from + first]));
                }
                return tags;
            }
        };
    }
}

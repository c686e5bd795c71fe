package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.run.TrainingBatch;
import io.github.djltransformers.run.Validation.Verdict;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.zip.GZIPInputStream;

/** Carries a {@link LanguageModelRecipe} out. */
final class LanguageModelTraining implements RecipeTraining.Preparation {
    /** A label that no token has. */
    private static final long NONE = -100;

    private final LanguageModelRecipe recipe;
    private final Path data;
    private final Consumer<String> progress;
    private String text;

    LanguageModelTraining(LanguageModelRecipe recipe, Path data, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.progress = progress;
    }

    @Override
    public void read() throws IOException {
        text = read(data.resolve(recipe.corpus().text()));
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        int cut = (int) (text.length() * (1 - recipe.corpus().validationShare()));
        String held = text.substring(cut);
        try (TextTokenizer tokenizer = recipe.start().tokenizer(data, folder, List.of(text.substring(0, cut)))) {
            int[] learnt = tokenizer.encode(text.substring(0, cut)).ids();
            int[] judged = tokenizer.encode(held).ids();
            progress.accept(Text.format(
                    "%d tokens of text, %d held out, a vocabulary of %d",
                    learnt.length, judged.length, tokenizer.vocabularySize()));
            requireRows("learn from", learnt.length, recipe.batches().rows());
            requireRows("judge by", judged.length, 1);
            CheckpointConfig config = recipe.start().config(data, tokenizer, Head.CAUSAL_LM, json -> {});
            TransformerBlock block = Checkpoint.create(config);
            return new PreparedTraining(
                    block,
                    recipe.start().weights(data, config),
                    new TokenWindows(learnt, recipe.batches(), recipe.run().seed()),
                    new LabelSmoothedCrossEntropy(recipe.optimizer().labelSmoothing(), NONE, Reduction.MEAN),
                    validation(judged, (double) held.length() / judged.length),
                    null,
                    List.of(new Shape(1, recipe.batches().tokens())),
                    new CheckpointForm(config));
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream plain = new BufferedInputStream(Files.newInputStream(file));
                InputStream stream = file.toString().endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void requireRows(String purpose, int tokens, int rows) {
        long needed = (long) (rows + 1) * recipe.batches().tokens() + 1;
        if (tokens < needed) {
            throw new IllegalArgumentException(Text.format(
                    "LanguageModelTraining: corpus.text must have at least %d tokens to %s, got %d in %s",
                    needed, purpose, tokens, data.resolve(recipe.corpus().text())));
        }
    }

    /** The mean negative log-likelihood of a held-out token; the score is its negative. */
    private BlockValidation validation(int[] held, double charactersOfToken) {
        TokenWindows windows = new TokenWindows(held, recipe.batches(), 0);
        LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0, NONE, Reduction.NONE);
        return new BlockValidation() {
            @Override
            public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
                DoubleStream.Builder rows = DoubleStream.builder();
                for (TrainingBatch batch : windows.inOrder()) {
                    try (NDManager manager = parent.newSubManager()) {
                        NDArray logits = model.apply(batch.data(manager)).singletonOrThrow();
                        NDArray each = loss.evaluate(batch.labels(manager), new NDList(logits));
                        for (float row : each.mean(new int[] {1}).toFloatArray()) {
                            rows.add(row);
                        }
                    }
                }
                double[] nlls = rows.build().toArray();
                double nll = Arrays.stream(nlls).average().orElseThrow();
                Bootstrap interval = Bootstrap.ofMean(nlls, 1);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("nll", nll);
                figures.put("nllLow", interval.low());
                figures.put("nllHigh", interval.high());
                figures.put("perplexity", Math.exp(nll));
                figures.put("bitsPerCharacter", nll / charactersOfToken / Math.log(2));
                return new Verdict(-nll, figures);
            }
        };
    }
}

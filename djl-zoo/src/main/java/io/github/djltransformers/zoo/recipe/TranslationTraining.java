package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.Text;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.text.data.LengthLimit;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.TokenizedCorpus;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Carries a {@link TranslationRecipe} out: tokenizer, training run, model directory. */
final class TranslationTraining implements RecipeTraining.Preparation {
    private final TranslationRecipe recipe;
    private final Path data;
    private final Consumer<String> progress;
    private ParallelCorpus corpus;
    private ParallelCorpus validation;

    /**
     * @param data the folder that the recipe's files are in
     * @param progress takes a line now and then
     */
    TranslationTraining(TranslationRecipe recipe, Path data, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.progress = progress;
    }

    @Override
    public void read() throws IOException {
        corpus = read("train", recipe.corpus().train());
        validation = read("validation", recipe.corpus().validation());
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        Path tokenizerFile = folder.resolve(ModelDirectory.TOKENIZER);
        if (Files.notExists(tokenizerFile)) {
            progress.accept("learning the tokenizer from " + corpus.pairs().size() + " pairs");
            List<String> texts = corpus.pairs().stream()
                    .flatMap(recipe.corpus().vocabularyOf()::of)
                    .toList();
            recipe.tokenizer().learn(texts).save(tokenizerFile);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(tokenizerFile)) {
            LengthLimit limit = LengthLimit.dropping(recipe.corpus().maxTokens());
            TokenizedCorpus training = TokenizedCorpus.of(corpus, tokenizer, limit);
            TokenizedCorpus held = TokenizedCorpus.of(validation, tokenizer, limit);
            progress.accept(Text.format(
                    "%d training pairs (%d too long, %d empty), %d validation pairs",
                    training.pairs().size(),
                    training.longPairs(),
                    training.emptyPairs(),
                    held.pairs().size()));
            requirePairs("train", recipe.corpus().train(), training.pairs().size(), "that fit into corpus.max_tokens");
            requirePairs(
                    "validation", recipe.corpus().validation(), held.pairs().size(), "that fit into corpus.max_tokens");
            EncoderDecoderTransformer block =
                    new EncoderDecoderTransformer(recipe.model().withVocabulary(tokenizer.vocabularySize()));
            return new PreparedTraining(
                    block,
                    PreparedTraining.Weights.RANDOM,
                    new CorpusBatches(training, recipe.batches(), recipe.run().seed()),
                    new LabelSmoothedCrossEntropy(recipe.optimizer().labelSmoothing(), 0, Reduction.MEAN),
                    new TranslationValidation(held, recipe.batches()),
                    null,
                    List.of(new Shape(1, 1), new Shape(1, 1, 1, 1), new Shape(1, 1)),
                    new OwnForm(block.config()));
        }
    }

    private ParallelCorpus read(String key, String file) throws IOException {
        ParallelCorpus corpus = ParallelCorpus.readTsv(data.resolve(file));
        requirePairs(key, file, corpus.pairs().size(), "of sentences");
        return recipe.corpus().reversed() ? corpus.reversed() : corpus;
    }

    private void requirePairs(String key, String file, int pairs, String which) {
        if (pairs == 0) {
            throw new IllegalArgumentException(Text.format(
                    "TranslationTraining: corpus.%s must name a file with pairs %s, got none in %s",
                    key, which, data.resolve(file)));
        }
    }
}

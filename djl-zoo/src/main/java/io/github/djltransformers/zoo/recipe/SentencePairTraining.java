package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.SentencePair;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.InBatchNegatives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Carries a {@link SentencePairRecipe} out. */
final class SentencePairTraining implements RecipeTraining.Preparation {
    private final SentencePairRecipe recipe;
    private final Path data;
    private final Consumer<String> progress;
    private List<SentencePair> learnt;
    private List<SentencePair> judged;
    private List<SentencePair> tested;

    SentencePairTraining(SentencePairRecipe recipe, Path data, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.progress = progress;
    }

    @Override
    public void read() throws IOException {
        SentencePairRecipe.Corpus corpus = recipe.corpus();
        learnt = pairs("train", corpus.train(), recipe.batches().pairs());
        judged = candidates("validation", corpus.validation());
        tested = corpus.test().isEmpty() ? List.of() : candidates("test", corpus.test());
    }

    private List<SentencePair> pairs(String key, String name, int least) throws IOException {
        List<SentencePair> pairs = ParallelCorpus.readTsv(data.resolve(name)).pairs().stream()
                .filter(pair -> !pair.source().isBlank() && !pair.target().isBlank())
                .toList();
        if (pairs.size() < least) {
            throw new IllegalArgumentException(Text.format(
                    "SentencePairTraining: corpus.%s must name a file with at least %d pairs, got %d in %s",
                    key, least, pairs.size(), data.resolve(name)));
        }
        return pairs;
    }

    /** The first pairs of which no text comes twice. */
    private List<SentencePair> candidates(String key, String name) throws IOException {
        List<SentencePair> candidates = new ArrayList<>();
        Set<String> sources = new HashSet<>();
        Set<String> targets = new HashSet<>();
        for (SentencePair pair : pairs(key, name, 1)) {
            if (candidates.size() < recipe.corpus().candidates()
                    && !sources.contains(pair.source())
                    && !targets.contains(pair.target())) {
                sources.add(pair.source());
                targets.add(pair.target());
                candidates.add(pair);
            }
        }
        return candidates;
    }

    @Override
    public PreparedTraining prepare(Path folder) throws IOException, MalformedModelException {
        List<String> texts = learnt.stream()
                .flatMap(pair -> Stream.of(pair.source(), pair.target()))
                .toList();
        RecipeCheckpoint start = recipe.start();
        try (TextTokenizer tokenizer = start.tokenizer(data, folder, texts)) {
            CheckpointConfig config = start.config(data, tokenizer, Head.BASE, json -> {});
            int padding = Math.max(0, config.token("pad_token_id"));
            progress.accept(Text.format(
                    "%d pairs to learn from, %d to judge by, a vocabulary of %d",
                    learnt.size(), judged.size(), tokenizer.vocabularySize()));
            SentenceEncoder block = new SentenceEncoder(body(config), SentenceForm.CONFIG);
            return new PreparedTraining(
                    block,
                    start.weights(data, config),
                    new PairBatches(
                            ids(tokenizer, learnt, SentencePair::source),
                            ids(tokenizer, learnt, SentencePair::target),
                            padding,
                            recipe.batches().pairs(),
                            recipe.run().seed()),
                    new InBatchNegatives(recipe.temperature()),
                    validation(tokenizer, judged, padding),
                    tested.isEmpty() ? null : validation(tokenizer, tested, padding),
                    List.of(new Shape(1, 1), new Shape(1, 1, 1, 1)),
                    new SentenceForm(config, recipe.corpus().maxTokens()));
        }
    }

    private static EncoderModel body(CheckpointConfig config) throws MalformedModelException {
        TransformerBlock block = Checkpoint.create(config);
        if (block instanceof HeadedEncoder encoder) {
            return encoder.body();
        }
        throw config.wrong("model_type", "one of an encoder", config.modelType());
    }

    private RetrievalValidation validation(TextTokenizer tokenizer, List<SentencePair> pairs, int padding) {
        return new RetrievalValidation(
                ids(tokenizer, pairs, SentencePair::source), ids(tokenizer, pairs, SentencePair::target), padding);
    }

    private List<int[]> ids(TextTokenizer tokenizer, List<SentencePair> pairs, Function<SentencePair, String> side) {
        return tokenizer
                .encode(pairs.stream()
                        .map(pair -> TextInput.of(side.apply(pair)))
                        .toList())
                .stream()
                .map(text -> text.cut(recipe.corpus().maxTokens()).ids())
                .toList();
    }
}

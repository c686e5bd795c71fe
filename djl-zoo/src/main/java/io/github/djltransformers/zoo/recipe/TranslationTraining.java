package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.run.FolderLock;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRun;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.saved.ModelWeights;
import io.github.djltransformers.text.data.LengthLimit;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.SentencePair;
import io.github.djltransformers.text.data.TokenizedCorpus;
import io.github.djltransformers.text.tokenizer.BpeAlphabet;
import io.github.djltransformers.text.tokenizer.BpeModel;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.CosineSchedule;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import io.github.djltransformers.train.SecondMoment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Carries a {@link TranslationRecipe} out: tokenizer, training run, model directory. */
final class TranslationTraining {
    private final TranslationRecipe recipe;
    private final Path data;
    private final Path output;
    private final Consumer<String> progress;

    /**
     * @param data the folder that the recipe's files are in
     * @param output where the run keeps its checkpoints and puts the finished {@code model/}
     * @param progress takes a line now and then
     */
    TranslationTraining(TranslationRecipe recipe, Path data, Path output, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.output = output;
        this.progress = progress;
    }

    /**
     * Trains, or goes on where an earlier call was interrupted.
     *
     * @param engine DJL's name of the engine
     * @return the result; when it has ended, {@code model/} in the output folder holds the better of the best and the
     *     averaged weights, in 16 bits
     * @throws IOException if data can't be read or output written
     * @throws MalformedModelException if a checkpoint is damaged
     */
    TrainingResult run(String engine) throws IOException, MalformedModelException {
        try (FolderLock lock = FolderLock.take("TranslationTraining", output, "training.lock")) {
            return runAlone(engine);
        }
    }

    private TrainingResult runAlone(String engine) throws IOException, MalformedModelException {
        ParallelCorpus corpus = read("train", recipe.corpus().train());
        ParallelCorpus validation = read("validation", recipe.corpus().validation());
        RunOrigin.of(recipe, data).claim(output);
        Path modelFolder = Files.createDirectories(output.resolve("model"));
        Path tokenizerFile = modelFolder.resolve(ModelDirectory.TOKENIZER);
        if (Files.notExists(tokenizerFile)) {
            progress.accept("learning the tokenizer from " + corpus.pairs().size() + " pairs");
            trainTokenizer(corpus).save(tokenizerFile);
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
            return train(engine, training, held, tokenizer.vocabularySize(), modelFolder);
        }
    }

    private TrainingResult train(
            String engine, TokenizedCorpus training, TokenizedCorpus held, int vocabularySize, Path modelFolder)
            throws IOException, MalformedModelException {
        TransformerConfig config = recipe.model().withVocabulary(vocabularySize);
        EncoderDecoderTransformer block = new EncoderDecoderTransformer(config);
        try (Model model = Model.newInstance(recipe.name(), engine)) {
            model.setBlock(block);
            TranslationRecipe.Optimization optimization = recipe.optimizer();
            Tracker rate = new CosineSchedule(
                    optimization.learningRate(),
                    optimization.warmUpSteps(),
                    recipe.run().steps());
            TranslationValidation validation = new TranslationValidation(held, recipe.batches());
            TrainingResult result = TrainingRun.builder()
                    .setModel(model)
                    .setConfig(recipe.run())
                    .setBatches(new CorpusBatches(
                            training, recipe.batches(), recipe.run().seed()))
                    .setLoss(new LabelSmoothedCrossEntropy(optimization.labelSmoothing(), 0, Reduction.MEAN))
                    .setOptimizer(optimizer(block, rate), rate)
                    .setValidation(validation)
                    .setFolder(output)
                    .setInputShapes(new Shape(1, 1), new Shape(1, 1, 1, 1), new Shape(1, 1))
                    .optProgress(progress)
                    .build()
                    .run();
            if (result.ended()) {
                finish(model, block, validation, result, modelFolder);
            }
            return result;
        }
    }

    private AdamW optimizer(EncoderDecoderTransformer block, Tracker rate) {
        TranslationRecipe.Optimization optimization = recipe.optimizer();
        AdamConfig config = new AdamConfig(
                optimization.beta1(),
                optimization.beta2(),
                optimization.epsilon(),
                optimization.weightDecay(),
                SecondMoment.CURRENT);
        return new AdamW(ParameterNames.of(block), rate, config);
    }

    private void finish(
            Model model,
            EncoderDecoderTransformer block,
            TranslationValidation validation,
            TrainingResult result,
            Path modelFolder)
            throws IOException, MalformedModelException {
        ModelWeights.load(block, model.getNDManager(), result.average());
        double average = validation.judge(block, model.getNDManager()).score();
        progress.accept(Text.format(
                "validation nll %.4f with the average of the last checkpoints, %.4f at the best step",
                -average, -result.bestScore()));
        if (result.bestScore() > average) {
            ModelWeights.load(block, model.getNDManager(), result.best());
        }
        ModelDirectory.save(modelFolder, new ModelConfig.EncoderDecoder(block.config()), block, FloatStorage.FLOAT16);
        progress.accept("model written to " + modelFolder);
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

    private BpeModel trainTokenizer(ParallelCorpus corpus) {
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(
                recipe.tokenizer().vocabularySize(), recipe.tokenizer().minimumFrequency(), BpeAlphabet.BYTE_LEVEL));
        for (SentencePair pair : corpus.pairs()) {
            trainer.add(pair.source());
            trainer.add(pair.target());
        }
        return trainer.train();
    }
}

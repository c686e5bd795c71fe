package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.ops.Scalars;
import io.github.djltransformers.run.BatchSource.BatchCursor;
import io.github.djltransformers.saved.ModelWeights;
import io.github.djltransformers.train.AdamOptimizer;
import io.github.djltransformers.train.GradientAccumulation;
import io.github.djltransformers.train.GradientClipping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model with DJL's {@link Trainer} from the first step to the last, whatever happens between.
 *
 * <p>A run lives in a folder: {@code checkpoints/step-N}, {@code best.safetensors}, {@code log.jsonl} and, when it has ended,
 * {@code average.safetensors} of the last checkpoints. Started again with the same arguments after being killed, it goes on
 * from its last checkpoint: weights, optimiser, schedule, batches and random state, so that it ends with the numbers of a
 * run that was never killed. An interrupt (Ctrl-C) writes a checkpoint first.
 *
 * <p>The random state is a function of seed and step: the engine is seeded anew before each step.
 */
public final class TrainingRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    private final Model model;
    private final TrainingRunConfig config;
    private final BatchSource batches;
    private final Loss loss;
    private final AdamOptimizer optimizer;
    private final Tracker learningRate;
    private final Validation validation;
    private final Path folder;
    private final Shape[] inputShapes;
    private final Consumer<String> progress;

    private TrainingRun(Builder builder) {
        model = Objects.requireNonNull(builder.model, "TrainingRun: setModel must be called");
        config = Objects.requireNonNull(builder.config, "TrainingRun: setConfig must be called");
        batches = Objects.requireNonNull(builder.batches, "TrainingRun: setBatches must be called");
        loss = Objects.requireNonNull(builder.loss, "TrainingRun: setLoss must be called");
        optimizer = Objects.requireNonNull(builder.optimizer, "TrainingRun: setOptimizer must be called");
        learningRate = Objects.requireNonNull(builder.learningRate, "TrainingRun: setOptimizer must be called");
        validation = Objects.requireNonNull(builder.validation, "TrainingRun: setValidation must be called");
        folder = Objects.requireNonNull(builder.folder, "TrainingRun: setFolder must be called");
        inputShapes = Objects.requireNonNull(builder.inputShapes, "TrainingRun: setInputShapes must be called");
        progress = builder.progress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs to the end, or to the interrupt of the process.
     *
     * @return what the run came to; the model keeps the weights of its last step
     * @throws IOException if the folder can't be written or read
     * @throws MalformedModelException if the folder has checkpoints and none can be used, naming what is wrong
     */
    public TrainingResult run() throws IOException, MalformedModelException {
        try (FolderLock lock = FolderLock.take("TrainingRun", folder, "run.lock")) {
            return runAlone();
        }
    }

    private TrainingResult runAlone() throws IOException, MalformedModelException {
        Checkpoints checkpoints = new Checkpoints(folder.resolve("checkpoints"));
        Optional<Path> latest = checkpoints.latest();
        RunState state = RunState.start();
        if (latest.isPresent()) {
            state = Checkpoints.state(latest.get());
            resume(latest.get());
            LOG.info("Going on after step {} of {}", state.step(), latest.get());
        }
        TrainingLog log = new TrainingLog(folder.resolve("log.jsonl"), state.step());
        DefaultTrainingConfig trainingConfig = new DefaultTrainingConfig(loss)
                .optOptimizer(optimizer)
                .optDevices(new ai.djl.Device[] {model.getNDManager().getDevice()});
        try (Interruption interruption = new Interruption();
                Trainer trainer = model.newTrainer(trainingConfig)) {
            seed(state.step());
            trainer.initialize(inputShapes);
            state = new Loop(trainer, checkpoints, log, interruption).train(state);
        } finally {
            optimizer.close();
        }
        boolean ended = ended(state);
        Path average = folder.resolve("average.safetensors");
        if (ended) {
            List<Path> weights = checkpoints.healthy(config.keepCheckpoints()).stream()
                    .map(Checkpoints::weights)
                    .toList();
            WeightAverage.write(weights, average, model.getNDManager());
        }
        return new TrainingResult(
                state.step(),
                ended,
                state.bestStep(),
                state.bestScore(),
                state.trainedSeconds(),
                folder.resolve("best.safetensors"),
                average);
    }

    private boolean ended(RunState state) {
        return state.step() >= config.steps() || state.badValidations() >= config.patience();
    }

    private void resume(Path checkpoint) throws IOException, MalformedModelException {
        NDManager manager = model.getNDManager();
        ModelWeights.load(model.getBlock(), manager, Checkpoints.weights(checkpoint));
        try (NDManager reading = manager.newSubManager()) {
            optimizer.restore(Checkpoints.optimizer(checkpoint, reading));
        } catch (RuntimeException e) {
            throw new MalformedModelException(
                    "TrainingRun: the optimiser's state in " + checkpoint + " must fit the model, got: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Spreads steps over the seeds, so that neighbours share no random numbers. */
    private void seed(int step) {
        long mixed = (config.seed() * 0x9E3779B97F4A7C15L + step) * 0xBF58476D1CE4E5B9L;
        model.getNDManager().getEngine().setRandomSeed((int) (mixed >>> 33));
    }

    /** The part of a run between two starts of the process. */
    private final class Loop {
        private final Trainer trainer;
        private final Checkpoints checkpoints;
        private final TrainingLog log;
        private final Interruption interruption;
        private final Collection<Parameter> parameters;
        private final GradientAccumulation accumulation;
        private final ProgressClock clock = new ProgressClock();
        private int lastSaved;

        Loop(Trainer trainer, Checkpoints checkpoints, TrainingLog log, Interruption interruption) {
            this.trainer = trainer;
            this.checkpoints = checkpoints;
            this.log = log;
            this.interruption = interruption;
            parameters = ParameterNames.of(model.getBlock()).values();
            accumulation = config.accumulation() == 1 ? null : new GradientAccumulation(parameters);
        }

        RunState train(RunState start) throws IOException {
            RunState state = start;
            lastSaved = start.step();
            clock.start(state.step(), state.tokens());
            BatchCursor cursor = batches.open(state.epoch(), state.batch());
            try {
                while (!ended(state) && !interruption.requested()) {
                    long begin = System.nanoTime();
                    seed(state.step());
                    for (int i = 0; i < config.accumulation(); i++) {
                        while (!cursor.hasNext()) {
                            cursor.close();
                            if (state.batch() == 0) {
                                throw new IllegalStateException(
                                        "TrainingRun: batches must have at least one batch an epoch, got none");
                            }
                            state = state.afterBatch(state.epoch() + 1, 0, 0, 0);
                            cursor = batches.open(state.epoch(), 0);
                        }
                        TrainingBatch batch = cursor.next();
                        double batchLoss = backward(batch);
                        state = state.afterBatch(state.epoch(), state.batch() + 1, batchLoss, batch.tokens());
                    }
                    float norm = step();
                    state = after(state.afterStep((System.nanoTime() - begin) / 1e9), norm);
                }
                if (interruption.requested() && !ended(state)) {
                    saveInterrupted(state);
                    // Now, since the process may end as soon as the interruption is let go.
                    progress.accept(Text.format(
                            "interrupted after step %d of %d; started again it goes on from there",
                            state.step(), config.steps()));
                } else {
                    save(state);
                }
            } finally {
                cursor.close();
                if (accumulation != null) {
                    accumulation.close();
                }
            }
            return state;
        }

        private double backward(TrainingBatch batch) {
            try (NDManager manager = trainer.getManager().newSubManager()) {
                NDList data = batch.data(manager);
                NDList labels = batch.labels(manager);
                NDArray value;
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    value = loss.evaluate(labels, trainer.forward(data));
                    collector.backward(accumulation == null ? value : Scalars.times(value, batch.tokens()));
                }
                if (accumulation != null) {
                    accumulation.add(batch.tokens());
                }
                return value.getFloat();
            }
        }

        private float step() {
            if (accumulation != null) {
                accumulation.average();
            }
            float norm = new GradientClipping(config.clipNorm()).clip(parameters);
            if (!Float.isFinite(norm)) {
                throw new IllegalStateException("TrainingRun: the gradients' norm must be finite, got " + norm
                        + "; lower the learning rate or warm up longer");
            }
            trainer.step();
            return norm;
        }

        private RunState after(RunState stepped, float norm) throws IOException {
            RunState state = stepped;
            int step = state.step();
            if (step % config.logEvery() == 0) {
                report(state, norm);
                state = state.logged();
            }
            if (step % config.validateEvery() == 0 || step == config.steps()) {
                state = validate(state);
            }
            if (step % config.checkpointEvery() == 0) {
                save(state);
            }
            return state;
        }

        private void report(RunState state, float norm) throws IOException {
            double mean = state.lossSum() / state.tokens();
            float rate = learningRate.getNewValue(state.step());
            double speed = clock.tokensPerSecond(state.tokens());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("step", state.step());
            entry.put("epoch", state.epoch());
            entry.put("loss", mean);
            entry.put("learningRate", rate);
            entry.put("gradientNorm", norm);
            entry.put("tokens", state.tokens());
            entry.put("tokensPerSecond", Math.round(speed));
            entry.put("trainedSeconds", Math.round(state.trainedSeconds()));
            log.add(entry);
            progress.accept(Text.format(
                    "step %d/%d  epoch %d  loss %.4f  norm %.2f  %.0f tokens/s  rate %.2e  %s left",
                    state.step(),
                    config.steps(),
                    state.epoch(),
                    mean,
                    norm,
                    speed,
                    rate,
                    clock.left(state.step(), config.steps())));
        }

        private RunState validate(RunState state) throws IOException {
            Validation.Verdict verdict = validation.judge(trainer);
            RunState judged = state.judged(verdict.score());
            if (judged.bestStep() == state.step()) {
                ModelWeights.save(model.getBlock(), folder.resolve("best.safetensors"));
            }
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("step", state.step());
            entry.put("validation", verdict.figures());
            entry.put("score", verdict.score());
            log.add(entry);
            String figures = verdict.figures().entrySet().stream()
                    .map(figure -> Text.format("%s %.4f", figure.getKey(), figure.getValue()))
                    .collect(Collectors.joining("  "));
            progress.accept(
                    Text.format("step %d  validation %s  best at step %d", state.step(), figures, judged.bestStep()));
            return judged;
        }

        private void save(RunState state) throws IOException {
            if (state.step() != lastSaved) {
                checkpoints.save(state, model.getBlock(), optimizer.state(), config.keepCheckpoints());
                lastSaved = state.step();
            }
        }

        private void saveInterrupted(RunState state) throws IOException {
            if (state.step() != lastSaved) {
                checkpoints.saveInterrupted(state, model.getBlock(), optimizer.state());
            }
        }
    }

    /** Builds a {@link TrainingRun}; everything but progress must be set. */
    public static final class Builder {
        private Model model;
        private TrainingRunConfig config;
        private BatchSource batches;
        private Loss loss;
        private AdamOptimizer optimizer;
        private Tracker learningRate;
        private Validation validation;
        private Path folder;
        private Shape[] inputShapes;
        private Consumer<String> progress = LOG::info;

        private Builder() {}

        public Builder setModel(Model trained) {
            model = trained;
            return this;
        }

        public Builder setConfig(TrainingRunConfig runConfig) {
            config = runConfig;
            return this;
        }

        public Builder setBatches(BatchSource source) {
            batches = source;
            return this;
        }

        /** A mean over the batch's label tokens. */
        public Builder setLoss(Loss trainingLoss) {
            loss = trainingLoss;
            return this;
        }

        /**
         * @param trained built on the block's parameters; closed when the run ends
         * @param rate the schedule it was built with, for the log
         */
        public Builder setOptimizer(AdamOptimizer trained, Tracker rate) {
            optimizer = trained;
            learningRate = rate;
            return this;
        }

        public Builder setValidation(Validation judge) {
            validation = judge;
            return this;
        }

        public Builder setFolder(Path runFolder) {
            folder = runFolder;
            return this;
        }

        /** Example shapes of the model's inputs. */
        public Builder setInputShapes(Shape... shapes) {
            inputShapes = shapes.clone();
            return this;
        }

        /** Where lines of progress go; the default is the log. */
        public Builder optProgress(Consumer<String> lines) {
            progress = lines;
            return this;
        }

        public TrainingRun build() {
            return new TrainingRun(this);
        }
    }
}

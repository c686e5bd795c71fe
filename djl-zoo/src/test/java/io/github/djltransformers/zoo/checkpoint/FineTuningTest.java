package io.github.djltransformers.zoo.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checkpoints that write learn four sequences until their loss is less than 0.05, and write them. */
class FineTuningTest {
    private static final int ROWS = 4;
    private static final int TOKENS = 7;
    private static final int START = 2;
    private static final double LEARNT = 0.05;
    private static final int MOST_STEPS = 250;

    /** Sequences whose first tokens differ, and which otherwise have tokens in common. */
    private static long[][] sequences() {
        long[][] rows = new long[ROWS][TOKENS];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < TOKENS; i++) {
                rows[row][i] = 5 + (i == 0 ? row : (17L * row + 5L * i * i + row * i) % 80);
            }
        }
        return rows;
    }

    private static NDArray array(NDManager manager, int from, int to, boolean started) {
        long[][] rows = sequences();
        long[] ids = new long[ROWS * (to - from)];
        for (int i = 0; i < ids.length; i++) {
            int at = from + i % (to - from) - (started ? 1 : 0);
            ids[i] = at < 0 ? START : rows[i / (to - from)][at];
        }
        return manager.create(ids, new Shape(ROWS, to - from));
    }

    private static double train(Model model, boolean readsSource) {
        double loss = Double.POSITIVE_INFINITY;
        try (AdamW optimizer =
                        new AdamW(ParameterNames.of(model.getBlock()), Tracker.fixed(3e-3f), AdamConfig.transformer());
                Trainer trainer = model.newTrainer(
                        new DefaultTrainingConfig(new LabelSmoothedCrossEntropy(0, -100, Reduction.MEAN))
                                .optOptimizer(optimizer)
                                .optDevices(new Device[] {Device.cpu()}))) {
            trainer.initialize(shapes(readsSource));
            for (int step = 0; step < MOST_STEPS && loss >= LEARNT; step++) {
                try (NDManager scratch = model.getNDManager().newSubManager()) {
                    NDArray labels = readsSource ? array(scratch, 0, TOKENS, false) : array(scratch, 1, TOKENS, false);
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDArray logits =
                                trainer.forward(inputs(scratch, readsSource)).singletonOrThrow();
                        NDArray mean = trainer.getLoss().evaluate(new NDList(labels), new NDList(logits));
                        collector.backward(mean);
                        loss = mean.toFloatArray()[0];
                    }
                    trainer.step();
                }
            }
        }
        return loss;
    }

    private static Shape[] shapes(boolean readsSource) {
        return readsSource
                ? new Shape[] {new Shape(ROWS, 2), new Shape(ROWS, 1, 1, 2), new Shape(ROWS, TOKENS)}
                : new Shape[] {new Shape(ROWS, TOKENS - 1)};
    }

    /** All but the last token of each, or as a source its first two in the other order and the sequence from a start token. */
    private static NDList inputs(NDManager manager, boolean readsSource) {
        if (!readsSource) {
            return new NDList(array(manager, 0, TOKENS - 1, false));
        }
        NDArray source = array(manager, 0, 2, false);
        NDArray keep = manager.ones(new Shape(ROWS, 1, 1, 2)).toType(DataType.BOOLEAN, false);
        return new NDList(source, keep, array(manager, 0, TOKENS, true));
    }

    private static List<int[]> written(Model model, boolean readsSource) {
        NDManager manager = model.getNDManager();
        Generation generation = new Generation(
                (GenerativeModel) model.getBlock(),
                new ParameterStore(manager, false),
                manager,
                GenerationConfig.builder()
                        .optMaxNewTokens(readsSource ? TOKENS : TOKENS - 1)
                        .build());
        List<int[]> starts = new ArrayList<>();
        for (long[] row : sequences()) {
            starts.add(Arrays.stream(row)
                    .limit(readsSource ? 2 : 1)
                    .mapToInt(id -> (int) id)
                    .toArray());
        }
        return (readsSource ? generation.fromSources(starts, START) : generation.fromPrompts(starts))
                .stream()
                        .map(found -> found.get(0))
                        .map(GeneratedSequence::tokens)
                        .toList();
    }

    @EngineTest
    void whatWritesLearnsWhatToWrite(String engine) throws Exception {
        for (String name : List.of("llama", "gpt2", "bart", "t5")) {
            Path checkpoint = Path.of(
                    FineTuningTest.class.getResource("/checkpoints/" + name).toURI());
            try (Model model = Model.newInstance("toy", Device.cpu(), engine)) {
                TransformerBlock block = Checkpoint.load(checkpoint, model.getNDManager());
                model.setBlock(block);
                boolean readsSource = ((GenerativeModel) block).readsSource();
                double loss = train(model, readsSource);
                assertTrue(loss < LEARNT, name + " on " + engine + ": " + loss);
                List<int[]> found = written(model, readsSource);
                for (int row = 0; row < ROWS; row++) {
                    long[] expected = Arrays.copyOfRange(sequences()[row], readsSource ? 0 : 1, TOKENS);
                    assertEquals(Arrays.toString(expected), Arrays.toString(found.get(row)), name + " on " + engine);
                }
            }
        }
    }
}

package io.github.djltransformers.zoo.checkpoint;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Twelve sequences in three classes, and the training that learns them. */
final class ToyClasses {
    static final int ROWS = 12;
    private static final int TOKENS = 6;
    private static final int CLASSES = 3;

    private ToyClasses() {}

    /**
     * Trains a model until every row is right, at most so many steps.
     *
     * @return the names of the parameters that had gradients
     */
    static Set<String> train(Model model, float rate, int steps) {
        Map<String, Parameter> parameters = ParameterNames.of(model.getBlock());
        Set<String> withGradient = new TreeSet<>();
        try (AdamW optimizer = new AdamW(parameters, Tracker.fixed(rate), AdamConfig.transformer());
                Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(optimizer)
                        .optDevices(new Device[] {Device.cpu()}))) {
            trainer.initialize(new Shape(ROWS, TOKENS), new Shape(ROWS, 1, 1, TOKENS), new Shape(ROWS, TOKENS));
            for (int step = 0; step < steps && correct(model) < ROWS; step++) {
                try (NDManager scratch = model.getNDManager().newSubManager()) {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDArray logits = trainer.forward(inputs(scratch)).singletonOrThrow();
                        collector.backward(trainer.getLoss().evaluate(new NDList(labels(scratch)), new NDList(logits)));
                    }
                    trainer.step();
                }
            }
            parameters.forEach((name, parameter) -> {
                if (parameter.getArray().hasGradient()) {
                    withGradient.add(name);
                }
            });
        }
        return withGradient;
    }

    static NDList inputs(NDManager manager) {
        long[] ids = new long[ROWS * TOKENS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = 5 + (31L * i + i / TOKENS * 7) % 90;
        }
        return new NDList(
                manager.create(ids, new Shape(ROWS, TOKENS)),
                manager.ones(new Shape(ROWS, 1, 1, TOKENS)).toType(DataType.BOOLEAN, false),
                manager.zeros(new Shape(ROWS, TOKENS), DataType.INT64));
    }

    private static NDArray labels(NDManager manager) {
        float[] labels = new float[ROWS];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % CLASSES;
        }
        return manager.create(labels);
    }

    /** The logits of all rows. */
    static float[] logits(Model model) {
        try (NDManager scratch = model.getNDManager().newSubManager()) {
            return model.getBlock()
                    .forward(new ParameterStore(scratch, false), inputs(scratch), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    static int correct(Model model) {
        float[] logits = logits(model);
        int correct = 0;
        for (int row = 0; row < ROWS; row++) {
            int best = 0;
            for (int label = 1; label < CLASSES; label++) {
                best = logits[CLASSES * row + label] > logits[CLASSES * row + best] ? label : best;
            }
            correct += best == row % CLASSES ? 1 : 0;
        }
        return correct;
    }
}

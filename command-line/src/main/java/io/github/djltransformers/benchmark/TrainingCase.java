package io.github.djltransformers.benchmark;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.ops.Cost;
import io.github.djltransformers.ops.CostOps;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.util.List;

/**
 * One step of training: forward, label-smoothed cross-entropy, backward, AdamW; sources and targets of {@value #LENGTH}
 * tokens. The matrix products cost three times those of the forward pass: gradients are taken for both factors.
 *
 * @param batch B
 */
record TrainingCase(ModelSize size, int batch) implements BenchmarkCase {
    private static final int LENGTH = 20;
    private static final int PASSES = 3;

    @Override
    public String name() {
        return Text.format("training-d%d-l%d-b%d", size.size(), size.layers(), batch);
    }

    @Override
    public Work work() {
        Shape ids = ids();
        Cost forward = CostOps.of(new EncoderDecoderTransformer(size.config()), ids, null, ids);
        Cost step = new Cost(
                forward.parameters(),
                PASSES * forward.matmulFlops(),
                PASSES * forward.otherFlops(),
                PASSES * forward.weightBytes(),
                PASSES * forward.activationBytes());
        return new Work((double) batch * LENGTH, "tokens", step);
    }

    private Shape ids() {
        return new Shape(batch, LENGTH);
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return List.of(Variant.eager(engine));
    }

    @Override
    public Workplace open(NDManager manager) {
        return new Training(manager);
    }

    /** A model, its trainer and one batch. */
    private final class Training implements Workplace {
        private final Model model;
        private final AdamW optimizer;
        private final Trainer trainer;
        private final NDList inputs;
        private final NDList labels;

        Training(NDManager manager) {
            Device device = manager.getDevice();
            EncoderDecoderTransformer block = new EncoderDecoderTransformer(size.config());
            model = Model.newInstance(name(), device, manager.getEngine().getEngineName());
            model.setBlock(block);
            optimizer = new AdamW(ParameterNames.of(block), (id, update) -> 1e-4f, AdamConfig.transformer());
            trainer = model.newTrainer(new DefaultTrainingConfig(new LabelSmoothedCrossEntropy(0.1, -1, Reduction.MEAN))
                    .optOptimizer(optimizer)
                    .optDevices(new Device[] {device}));
            trainer.initialize(new Shape(1, 1), new Shape(1, 1, 1, 1), new Shape(1, 1));
            NDManager owner = model.getNDManager();
            NDArray keepMask =
                    owner.ones(new Shape(batch, 1, 1, LENGTH), DataType.INT32).toType(DataType.BOOLEAN, false);
            inputs = new NDList(tokens(owner), keepMask, tokens(owner));
            labels = new NDList(tokens(owner));
        }

        private NDArray tokens(NDManager owner) {
            return TokenRows.of(DecodingCase.sources(batch), 0).ids(owner);
        }

        @Override
        public Workload workload(Variant variant) {
            return this::step;
        }

        private void step() {
            try (NDManager scope = model.getNDManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDList lent = new NDList();
                for (NDArray input : inputs) {
                    NDArray copy = input.duplicate();
                    copy.attach(scope);
                    lent.add(copy);
                }
                NDArray loss = trainer.getLoss().evaluate(labels, trainer.forward(lent));
                loss.attach(scope);
                collector.backward(loss);
                loss.getFloat();
            }
            trainer.step();
        }

        @Override
        public void close() {
            trainer.close();
            optimizer.close();
            model.close();
        }
    }
}

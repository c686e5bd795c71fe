package io.github.djltransformers.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.UniformInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.github.djltransformers.block.ParameterNames;
import java.util.function.Function;

/** A classifier of five features with seven classes, and DJL's own trainer for it. */
final class TinyModel implements AutoCloseable {
    final Model model;
    final Optimizer optimizer;
    final Trainer trainer;

    TinyModel(String engine, Loss loss, Function<SequentialBlock, Optimizer> optimizer) {
        SequentialBlock block = new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::relu)
                .add(LayerNorm.builder().axis(1).build())
                .add(Linear.builder().setUnits(7).build());
        block.setInitializer(
                new UniformInitializer(0.3f), parameter -> parameter.getName().equals("weight"));
        this.optimizer = optimizer.apply(block);
        model = Model.newInstance("tiny", Device.cpu(), engine);
        model.getNDManager().getEngine().setRandomSeed(7);
        model.setBlock(block);
        trainer = model.newTrainer(new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(this.optimizer));
        trainer.initialize(new Shape(1, 5));
    }

    static AdamW adamW(SequentialBlock block, double rate) {
        return new AdamW(
                ParameterNames.of(block),
                (id, n) -> (float) rate,
                AdamConfig.defaults().withWeightDecay(0.1));
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
        if (optimizer instanceof AdamOptimizer adam) {
            adam.close();
        }
    }
}

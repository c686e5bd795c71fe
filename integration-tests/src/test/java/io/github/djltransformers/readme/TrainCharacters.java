package io.github.djltransformers.readme;

// README: trainer
import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.InverseSquareRootSchedule;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.io.IOException;

/** Learns to continue a text of ASCII characters. */
public final class TrainCharacters {
    private static final int CHARACTERS = 128;
    private static final int LENGTH = 16;

    private TrainCharacters() {}

    public static void main(String[] args) throws IOException, TranslateException {
        String text = "the quick brown fox jumps over the lazy dog. ".repeat(3);
        System.out.println("loss " + train(text, 30, "PyTorch"));
    }

    static float train(String text, int epochs, String engine) throws IOException, TranslateException {
        LayerConfig layer =
                LayerConfig.of(64, 4, 128).withNorm(NormPlacement.PRE).withDropout(0.1f, 0, 0);
        DecoderLanguageModel block = new DecoderLanguageModel(
                new TransformerConfig(layer, 0, 2, CHARACTERS, LENGTH, PositionKind.SINUSOIDAL, true));
        LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0.1, -100, Reduction.MEAN);
        Tracker rate = new InverseSquareRootSchedule(3e-3, 50);
        AdamConfig adam = AdamConfig.transformer().withWeightDecay(0.01);
        try (Model model = Model.newInstance("characters", Device.cpu(), engine);
                AdamW optimizer = new AdamW(ParameterNames.of(block), rate, adam)) {
            model.setBlock(block);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(loss).optOptimizer(optimizer).optDevices(new Device[] {Device.cpu()});
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, LENGTH));
                NDArray inputs = windows(trainer.getManager(), text, 0);
                NDArray labels = windows(trainer.getManager(), text, 1);
                ArrayDataset data = new ArrayDataset.Builder()
                        .setData(inputs)
                        .optLabels(labels)
                        .setSampling(16, true)
                        .build();
                EasyTrain.fit(trainer, epochs, data, null);
                return loss.evaluate(new NDList(labels), trainer.evaluate(new NDList(inputs)))
                        .getFloat();
            }
        }
    }

    /** (windows, LENGTH): the ids of the characters from each place in the text, shifted. */
    private static NDArray windows(NDManager manager, String text, int shift) {
        int rows = text.length() - LENGTH;
        long[] ids = new long[rows * LENGTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = text.charAt(i / LENGTH + i % LENGTH + shift);
        }
        return manager.create(ids, new Shape(rows, LENGTH));
    }
}
// end

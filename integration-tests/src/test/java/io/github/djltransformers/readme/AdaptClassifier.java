package io.github.djltransformers.readme;

// README: lora
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.Lora;
import io.github.djltransformers.huggingface.LoraConfig;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import java.io.IOException;
import java.nio.file.Path;

public final class AdaptClassifier {
    private AdaptClassifier() {}

    /** Trains adapters and the head on rows of token ids, one class a row, and saves them without the rest. */
    static void train(Path checkpoint, long[][] ids, float[] classes, int epochs, Path adapter, String engine)
            throws IOException, MalformedModelException, TranslateException {
        try (Model model = Model.newInstance("classifier", Device.cpu(), engine)) {
            NDManager manager = model.getNDManager();
            TransformerBlock block = Checkpoint.load(checkpoint, manager);
            LoraConfig lowRank = LoraConfig.of(8, 16, "query", "value").withTrained("classifier");
            Lora lora = Lora.attach(block, checkpoint, lowRank); // or Freezing.freeze(block, firstLayers(6))
            model.setBlock(block);
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(manager.create(ids))
                    .optLabels(manager.create(classes))
                    .setSampling(8, true)
                    .build();
            try (AdamW optimizer = new AdamW(ParameterNames.of(block), Tracker.fixed(1e-2f), AdamConfig.transformer());
                    Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .optOptimizer(optimizer)
                            .optDevices(new Device[] {Device.cpu()}))) {
                trainer.initialize(new Shape(1, ids[0].length));
                EasyTrain.fit(trainer, epochs, data, null);
            }
            lora.save(adapter); // Lora.load(block, checkpoint, adapter) gives them back, lora.merge() a plain block
        }
    }
}
// end

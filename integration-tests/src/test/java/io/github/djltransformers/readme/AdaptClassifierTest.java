package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.architecture.ProjectFiles;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.Lora;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class AdaptClassifierTest {
    private static final int ROWS = 12;
    private static final int CLASSES = 3;

    @TempDir
    Path adapter;

    @EngineTest
    void adaptersKnowTheClasses(String engine) throws Exception {
        Path checkpoint = ProjectFiles.root().resolve("djl-zoo/src/test/resources/checkpoints/bert_seqcls");
        long[][] ids = new long[ROWS][6];
        float[] classes = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            classes[row] = row % CLASSES;
            for (int i = 0; i < ids[row].length; i++) {
                ids[row][i] = 5 + (31L * (6 * row + i) + row * 7) % 90;
            }
        }
        Engine.getEngine(engine).setRandomSeed(1);
        AdaptClassifier.train(checkpoint, ids, classes, 40, adapter, engine);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerBlock block = Checkpoint.load(checkpoint, manager);
            Lora.load(block, checkpoint, adapter).merge();
            long[] best = block.forward(new ParameterStore(manager, false), new NDList(manager.create(ids)), false)
                    .singletonOrThrow()
                    .argMax(1)
                    .toLongArray();
            for (int row = 0; row < ROWS; row++) {
                assertEquals(row % CLASSES, best[row], "row " + row);
            }
        }
    }
}

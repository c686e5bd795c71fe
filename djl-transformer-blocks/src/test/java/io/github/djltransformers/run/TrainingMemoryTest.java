package io.github.djltransformers.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.Model;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.MemoryTrace;
import io.github.djltransformers.testing.Soak;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

class TrainingMemoryTest {
    private static final int STEPS = Soak.rounds(2000);
    private static final int LOOK_EVERY = STEPS / 20;

    @TempDir
    private Path folder;

    /** Checkpoints, validations and log lines included. */
    @Tag(Soak.TAG)
    @EngineTest
    void nativeMemoryIsFlatOverManySteps(String engine) throws Exception {
        try (Model model = Model.newInstance("memory", Device.cpu(), engine)) {
            MemoryTrace trace = new MemoryTrace(model.getNDManager());
            BatchSource watched = (epoch, skip) -> {
                if (epoch * CopyTask.BATCHES_AN_EPOCH % LOOK_EVERY < CopyTask.BATCHES_AN_EPOCH) {
                    trace.look();
                }
                return CopyTask.batches(CopyTask.ROWS).open(epoch, skip);
            };
            TrainingRunConfig config =
                    new TrainingRunConfig(STEPS, 1, 1.0, STEPS / 20, STEPS / 4, STEPS / 4, 2, STEPS / 2, 5);
            assertEquals(
                    STEPS, CopyTask.run(model, folder, config, watched).run().step());
            trace.assertFlat();
        }
    }
}

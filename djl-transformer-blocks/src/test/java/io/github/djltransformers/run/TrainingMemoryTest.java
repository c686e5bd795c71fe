package io.github.djltransformers.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class TrainingMemoryTest {
    private static final int STEPS = 2000;
    private static final int SAMPLE_EVERY = 500;
    private static final long SLACK = 8L << 20;

    @TempDir
    private Path folder;

    /** Checkpoints, validations and log lines included. */
    @EngineTest
    void nativeMemoryIsFlatOverTwoThousandSteps(String engine) throws Exception {
        List<Integer> arrays = new ArrayList<>();
        List<Long> allocated = new ArrayList<>();
        try (Model model = Model.newInstance("memory", Device.cpu(), engine)) {
            BatchSource counted = (epoch, skip) -> {
                if (epoch * CopyTask.BATCHES_AN_EPOCH % SAMPLE_EVERY < CopyTask.BATCHES_AN_EPOCH) {
                    arrays.add(NativeMemory.arraysOfTheProcess(model.getNDManager()));
                    allocated.add(NativeMemory.allocated());
                }
                return CopyTask.batches(CopyTask.ROWS).open(epoch, skip);
            };
            TrainingRunConfig config = new TrainingRunConfig(STEPS, 1, 1.0, 100, 500, 500, 2, 1000, 5);
            assertEquals(
                    STEPS, CopyTask.run(model, folder, config, counted).run().step());
        }
        // The first sample is from before the optimiser had moments, the second from a run in full swing.
        assertEquals(4, arrays.size(), "samples " + arrays);
        assertEquals(arrays.get(1), arrays.get(3), "arrays at each sample " + arrays);
        assertTrue(allocated.get(3) - allocated.get(1) < SLACK, "bytes at each sample " + allocated);
    }
}

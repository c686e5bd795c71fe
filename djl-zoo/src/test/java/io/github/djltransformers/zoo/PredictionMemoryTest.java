package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.ResidentMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PredictionMemoryTest {
    private static final int PREDICTIONS = 10_000;
    private static final int WARM_UP = 2_000;
    private static final long SLACK = 24L << 20;

    @TempDir
    private Path folder;

    @EngineTest
    void nativeMemoryIsFlatOverTenThousandPredictions(String engine) throws Exception {
        TinyModel.save(folder);
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optEngine(engine)
                .optArgument("beam", 2)
                .optArgument("maxNewTokens", 2)
                .build();
        try (ZooModel<String, String> model = SavedModel.load(folder, criteria);
                Predictor<String, String> predictor = model.newPredictor()) {
            long resident = 0;
            int arrays = 0;
            for (int i = 0; i < PREDICTIONS; i++) {
                if (i == WARM_UP) {
                    resident = ResidentMemory.bytes();
                    arrays = arraysOfTheProcess(model.getNDManager());
                }
                predictor.predict("mat " + i % 7);
            }
            assertEquals(arrays, arraysOfTheProcess(model.getNDManager()));
            long grown = ResidentMemory.bytes() - resident;
            assertTrue(grown < SLACK, "grown by " + grown + " bytes");
        }
    }

    private static int arraysOfTheProcess(NDManager manager) {
        NDManager system = manager;
        while (system.getParentManager() != null && system.getParentManager() != system) {
            system = system.getParentManager();
        }
        return system.getManagedArrays().size();
    }
}

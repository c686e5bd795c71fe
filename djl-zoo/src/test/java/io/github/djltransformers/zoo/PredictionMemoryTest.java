package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.NativeMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PredictionMemoryTest {
    private static final int PREDICTIONS = 10_000;
    private static final int WARM_UP = 2_000;
    private static final long SLACK = 8L << 20;

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
            long allocated = 0;
            int arrays = 0;
            for (int i = 0; i < PREDICTIONS; i++) {
                if (i == WARM_UP) {
                    allocated = NativeMemory.allocated();
                    arrays = NativeMemory.arraysOfTheProcess(model.getNDManager());
                }
                predictor.predict("mat " + i % 7);
            }
            assertEquals(arrays, NativeMemory.arraysOfTheProcess(model.getNDManager()));
            long grown = NativeMemory.allocated() - allocated;
            assertTrue(grown < SLACK, "grown by " + grown + " bytes");
        }
    }
}

package io.github.djltransformers.zoo;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.MemoryTrace;
import io.github.djltransformers.testing.Soak;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

class PredictionMemoryTest {
    private static final int PREDICTIONS = Soak.rounds(10_000);
    private static final int LOOK_EVERY = PREDICTIONS / 20;

    @TempDir
    private Path folder;

    @Tag(Soak.TAG)
    @EngineTest
    void nativeMemoryIsFlatOverManyPredictions(String engine) throws Exception {
        TinyModel.save(folder);
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optEngine(engine)
                .optArgument("beam", 2)
                .optArgument("maxNewTokens", 2)
                .build();
        try (ZooModel<String, String> model = SavedModel.load(folder, criteria);
                Predictor<String, String> predictor = model.newPredictor()) {
            MemoryTrace trace = new MemoryTrace(model.getNDManager());
            for (int i = 0; i < PREDICTIONS; i++) {
                if (i % LOOK_EVERY == 0) {
                    trace.look();
                }
                predictor.predict("mat " + i % 7);
            }
            trace.assertFlat();
        }
    }
}

package io.github.djltransformers.zoo.task;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.MemoryTrace;
import io.github.djltransformers.testing.Soak;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The translators of checkpoints leave nothing behind. */
@Tag(Soak.TAG)
class TaskMemoryTest {
    private static final int PREDICTIONS = Soak.rounds(10_000);
    private static final int LOOK_EVERY = PREDICTIONS / 20;

    @TempDir
    Path temporary;

    @EngineTest
    void nativeMemoryIsFlatOverManyVectors(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        stayFlat(directory, new String[] {"the", "where is paris", "a b c"}, float[][].class, engine);
    }

    @EngineTest
    void nativeMemoryIsFlatOverManyMasks(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_mlm", temporary);
        stayFlat(directory, "the [MASK] is [MASK].", Classifications[].class, engine);
    }

    private static <I, O> void stayFlat(Path directory, I input, Class<O> output, String engine) throws Exception {
        @SuppressWarnings("unchecked")
        Class<I> type = (Class<I>) input.getClass();
        try (ZooModel<I, O> model = TaskCheckpoint.load(directory, type, output, engine, Map.of());
                Predictor<I, O> predictor = model.newPredictor()) {
            MemoryTrace trace = new MemoryTrace(model.getNDManager());
            for (int i = 0; i < PREDICTIONS; i++) {
                if (i % LOOK_EVERY == 0) {
                    trace.look();
                }
                predictor.predict(input);
            }
            trace.assertFlat();
        }
    }
}

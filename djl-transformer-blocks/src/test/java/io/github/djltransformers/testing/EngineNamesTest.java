package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

class EngineNamesTest {
    @EngineTest
    void engineComputes(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            assertEquals(engine, manager.getEngine().getEngineName());
            assertArrayEquals(
                    new float[] {3, 5},
                    manager.create(new float[] {1, 2})
                            .add(manager.create(new float[] {2, 3}))
                            .toFloatArray());
        }
    }
}

package io.github.djltransformers.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.Fixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ScheduleTest {
    @Test
    void noamEqualsTheFixture() throws Exception {
        checkFixture("adam_noam", new NoamSchedule(12, 4));
    }

    @Test
    void linearEqualsHuggingFace() throws Exception {
        checkFixture("adamw_linear_warmup", new LinearSchedule(1e-2, 3, 10));
    }

    private static void checkFixture(String name, Tracker schedule) throws Exception {
        try (NDManager manager =
                NDManager.newBaseManager(null, EngineNames.all().get(0))) {
            float[] expected =
                    Fixture.read(manager, "torch_adamw/" + name).get("lr").toFloatArray();
            assertEquals(10, expected.length);
            for (int n = 1; n <= expected.length; n++) {
                assertEquals(expected[n - 1], schedule.getNewValue(n), Math.ulp(expected[n - 1]), name + " " + n);
            }
        }
    }

    @Test
    void noamPeaksAtTheEndOfTheWarmUp() {
        Tracker schedule = new NoamSchedule(512, 4000);
        assertEquals(6.9877124e-4f, schedule.getNewValue(4000), 1e-10f); // (512 * 4000)^-0.5
        assertEquals(6.9877124e-4f / 4000, schedule.getNewValue(1), 1e-13f);
        assertEquals(6.9877124e-4f / 2, schedule.getNewValue(16000), 1e-10f);
        assertEquals(1.3975425e-3f, new NoamSchedule(512, 4000, 2).getNewValue(4000), 1e-10f);
    }

    @Test
    void inverseSquareRootRisesAndFalls() {
        Tracker schedule = new InverseSquareRootSchedule(5e-4, 100);
        assertEquals(5e-6f, schedule.getNewValue(1), 1e-11f);
        assertEquals(2.5e-4f, schedule.getNewValue(50), 1e-10f);
        assertEquals(5e-4f, schedule.getNewValue(100), 1e-10f);
        assertEquals(2.5e-4f, schedule.getNewValue(400), 1e-10f);
    }

    @Test
    void linearEndsAtZeroAndStaysThere() {
        Tracker schedule = new LinearSchedule(1, 2, 6);
        float[] expected = {0, 0.5f, 1, 0.75f, 0.5f, 0.25f, 0, 0, 0};
        for (int n = 1; n <= expected.length; n++) {
            assertEquals(expected[n - 1], schedule.getNewValue(n), 1e-7f, "update " + n);
        }
        assertEquals(1, new LinearSchedule(1, 0, 4).getNewValue(1), 0);
    }

    @Test
    void cosineEndsAtZeroAndStaysThere() {
        Tracker schedule = new CosineSchedule(2, 2, 6);
        float[] expected = {0, 1, 2, 1.7071068f, 1, 0.29289322f, 0, 0, 0};
        for (int n = 1; n <= expected.length; n++) {
            assertEquals(expected[n - 1], schedule.getNewValue(n), 2e-7f, "update " + n);
        }
    }

    @Test
    void refusesWhatIsNoSchedule() {
        refuses("NoamSchedule: modelDimension must be positive, got 0", () -> new NoamSchedule(0, 1));
        refuses("NoamSchedule: warmUpSteps must be positive, got -1", () -> new NoamSchedule(1, -1));
        refuses("NoamSchedule: factor must be positive and finite, got NaN", () -> new NoamSchedule(1, 1, Double.NaN));
        refuses(
                "InverseSquareRootSchedule: peak must be positive and finite, got 0.0",
                () -> new InverseSquareRootSchedule(0, 1));
        refuses(
                "LinearSchedule: warmUpSteps must be at least 0 and below totalSteps 5, got 5",
                () -> new LinearSchedule(1, 5, 5));
        refuses(
                "CosineSchedule: warmUpSteps must be at least 0 and below totalSteps 5, got -2",
                () -> new CosineSchedule(1, -2, 5));
    }

    private static void refuses(String message, Executable construction) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, construction).getMessage());
    }
}

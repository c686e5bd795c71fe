package io.github.djltransformers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AdamOptimizerTest {
    private static final AdamConfig TORCH = AdamConfig.defaults().withWeightDecay(0.01);

    @EngineTest
    void defaultEqualsTorch(String engine) throws Exception {
        replay(engine, "adamw_default", adamW(1e-2, TORCH));
    }

    @EngineTest
    void epsilonAndDecayEqualTorch(String engine) throws Exception {
        AdamConfig config =
                AdamConfig.defaults().withBetas(0.8, 0.95).withEpsilon(1e-3).withWeightDecay(0.2);
        replay(engine, "adamw_wd_eps", adamW(3e-2, config));
    }

    @EngineTest
    void amsgradEqualsTorch(String engine) throws Exception {
        replay(engine, "adamw_amsgrad", adamW(1e-2, TORCH.withSecondMoment(SecondMoment.MAXIMUM)));
    }

    @EngineTest
    void groupsEqualTorch(String engine) throws Exception {
        replay(
                engine,
                "adamw_groups",
                parameters -> new AdamW(parameters, Tracker.fixed(1e-2f), TORCH.withWeightDecay(0.1)));
    }

    @EngineTest
    void l2EqualsTorch(String engine) throws Exception {
        AdamConfig config = AdamConfig.defaults().withWeightDecay(0.1);
        replay(engine, "adam_l2", parameters -> new Adam(parameters, Tracker.fixed(1e-2f), config, List.of()));
    }

    @EngineTest
    void noamEqualsTorch(String engine) throws Exception {
        replay(
                engine,
                "adam_noam",
                parameters -> new Adam(parameters, new NoamSchedule(12, 4), AdamConfig.transformer()));
    }

    @EngineTest
    void linearWarmUpEqualsTorch(String engine) throws Exception {
        replay(
                engine,
                "adamw_linear_warmup",
                parameters -> new AdamW(parameters, new LinearSchedule(1e-2, 3, 10), TORCH, List.of()));
    }

    private static Function<Map<String, Parameter>, AdamOptimizer> adamW(double rate, AdamConfig config) {
        return parameters -> new AdamW(parameters, Tracker.fixed((float) rate), config, List.of());
    }

    private static void replay(String engine, String name, Function<Map<String, Parameter>, AdamOptimizer> construction)
            throws Exception {
        Closeness weights = new Closeness(1e-6);
        // The kernels' float 1 - beta2 is off by up to 1.3e-5 of itself; the bias correction takes that out of the
        // step.
        Closeness moments = new Closeness(2e-6);
        try (TorchTrajectory trajectory = new TorchTrajectory(engine, name);
                AdamOptimizer optimizer = construction.apply(trajectory.parameters)) {
            for (int step = 1; step <= 10; step++) {
                trajectory.backward(step);
                trajectory.update(optimizer);
                trajectory.compare(weights, name, step);
                if (step == 1 || step == 10) {
                    compareState(trajectory, optimizer, step, moments);
                }
            }
        }
        weights.verify(engine + " " + name);
        moments.verify(engine + " " + name + " moments");
    }

    private static void compareState(
            TorchTrajectory trajectory, AdamOptimizer optimizer, int step, Closeness closeness) {
        Map<String, NDArray> state = optimizer.state();
        trajectory.fixture.below("state.").forEach((name, expected) -> {
            if (name.endsWith("." + step)) {
                String array = name.substring(0, name.lastIndexOf('.'));
                closeness.compare("state " + name, expected, state.get(array));
            }
        });
        assertArrayEquals(new long[] {step}, state.get("W.step").toLongArray());
    }

    @EngineTest
    void regressionEqualsTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(3e-6); // gradients come from losses: fp32 itself is off by 1.2e-6
        try (TorchTrajectory trajectory = new TorchTrajectory(engine, "adamw_regression");
                AdamOptimizer optimizer =
                        new AdamW(trajectory.parameters, Tracker.fixed(trajectory.learningRate(1)), TORCH, List.of())) {
            for (int step = 1; step <= 10; step++) {
                try (var collector = trajectory.manager.getEngine().newGradientCollector()) {
                    NDArray loss = trajectory
                            .fixture
                            .get("X")
                            .matMul(trajectory.weight("W").transpose())
                            .add(trajectory.weight("b"))
                            .sub(trajectory.fixture.get("Y"))
                            .pow(2)
                            .mean();
                    collector.backward(loss);
                    closeness.compare("loss " + step, trajectory.fixture.get("loss." + step), loss.reshape(1));
                }
                trajectory.update(optimizer);
                trajectory.compare(closeness, "regression", step);
            }
        }
        closeness.verify(engine + " adamw_regression");
    }

    @EngineTest
    void clippingEqualsTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(1e-6);
        try (TorchTrajectory trajectory = new TorchTrajectory(engine, "adamw_clip");
                AdamOptimizer optimizer =
                        new AdamW(trajectory.parameters, Tracker.fixed(trajectory.learningRate(1)), TORCH, List.of())) {
            float[] norms = trajectory.fixture.get("grad_norm_before_clip").toFloatArray();
            for (int step = 1; step <= 10; step++) {
                trajectory.backward(step);
                float norm = new GradientClipping(1).clip(trajectory.parameters.values());
                assertEquals(norms[step - 1], norm, 1e-6 * norms[step - 1], "norm of step " + step);
                trajectory.update(optimizer);
                trajectory.compare(closeness, "clip", step);
            }
        }
        closeness.verify(engine + " adamw_clip");
    }

    @EngineTest
    void resumesExactly(String engine) throws Exception {
        Closeness closeness = new Closeness(0);
        for (SecondMoment moment : SecondMoment.values()) {
            AdamConfig config = TORCH.withSecondMoment(moment);
            try (TorchTrajectory straight = new TorchTrajectory(engine, "adamw_default");
                    TorchTrajectory resumed = new TorchTrajectory(engine, "adamw_default");
                    AdamOptimizer first = adamW(1e-2, config).apply(straight.parameters);
                    AdamOptimizer second = adamW(1e-2, config).apply(resumed.parameters)) {
                for (int step = 1; step <= 4; step++) {
                    straight.backward(step);
                    straight.update(first);
                }
                resumed.backward(1); // a state to be replaced
                resumed.update(second);
                second.restore(first.state());
                resumed.parameters.forEach(
                        (name, parameter) -> straight.weight(name).copyTo(parameter.getArray()));
                for (int step = 5; step <= 10; step++) {
                    straight.backward(step);
                    straight.update(first);
                    resumed.backward(step);
                    resumed.update(second);
                }
                straight.parameters
                        .keySet()
                        .forEach(name -> closeness.compare(name, straight.weight(name), resumed.weight(name)));
                Map<String, NDArray> expected = first.state();
                Map<String, NDArray> actual = second.state();
                assertEquals(expected.keySet(), actual.keySet());
                assertArrayEquals(new long[] {10}, actual.get("b.step").toLongArray());
                expected.forEach((name, array) -> {
                    if (!name.endsWith(".step")) {
                        closeness.compare(name, array, actual.get(name));
                    }
                });
            }
        }
        closeness.verify(engine + " resumed");
    }

    @EngineTest
    void updatesOnAnotherThread(String engine) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            executor.submit(() -> {
                        replay(engine, "adamw_default", adamW(1e-2, TORCH));
                        return null;
                    })
                    .get();
        } finally {
            executor.shutdown();
        }
    }

    @EngineTest
    void asksForTheRateByUpdateNumberAndGroup(String engine) throws Exception {
        ParameterTracker byNumber = (id, n) -> n;
        try (TorchTrajectory trajectory = new TorchTrajectory(engine, "adamw_default");
                AdamOptimizer optimizer = new AdamW(
                        trajectory.parameters,
                        byNumber,
                        AdamConfig.defaults(),
                        List.of(new ParameterGroup((name, shape) -> name.equals("b"), 0.5, 0)))) {
            float[] weightBefore = trajectory.weight("W").toFloatArray();
            float[] biasBefore = trajectory.weight("b").toFloatArray();
            float[] weightGradient = trajectory.fixture.get("gradW.1").toFloatArray();
            trajectory.backward(1);
            trajectory.update(optimizer);
            // The first step is the rate in the direction of the gradient.
            assertEquals(
                    weightBefore[0] - Math.signum(weightGradient[0]),
                    trajectory.weight("W").toFloatArray()[0],
                    1e-5);
            assertEquals(0.5, Math.abs(biasBefore[0] - trajectory.weight("b").toFloatArray()[0]), 1e-5);
        }
    }

    @EngineTest
    void refusesWhatDoesNotFit(String engine) throws Exception {
        try (TorchTrajectory trajectory = new TorchTrajectory(engine, "adamw_default");
                AdamOptimizer optimizer = adamW(1e-2, TORCH).apply(trajectory.parameters)) {
            NDManager manager = trajectory.manager;
            NDArray four = manager.ones(new Shape(4));
            refuses(
                    "AdamW: parameterId must be one of the 2 parameters given, got other; give all parameters of the"
                            + " trained block",
                    () -> optimizer.update("other", four, four));
            NDArray integers = manager.ones(new Shape(4), DataType.INT32);
            String bias = trajectory.parameters.get("b").getId();
            refuses(
                    "AdamW: parameter b must be FLOAT32 or FLOAT64, got INT32; keep the trained weights in FLOAT32",
                    () -> optimizer.update(bias, integers, integers));
            refuses(
                    "AdamW: state must hold only arrays of this optimizer's parameters, got c.step",
                    () -> optimizer.restore(Map.of("c.step", four)));
            NDArray step = manager.create(new long[] {3});
            refuses(
                    "AdamW: state must hold b.exp_avg, got no such array",
                    () -> optimizer.restore(Map.of("b.step", step)));
            NDArray five = manager.ones(new Shape(5));
            optimizer.restore(Map.of("b.step", step, "b.exp_avg", five, "b.exp_avg_sq", five));
            assertEquals(
                    Set.of("b.step", "b.exp_avg", "b.exp_avg_sq"),
                    optimizer.state().keySet());
            assertEquals(
                    "AdamW: state of b must be (4) FLOAT32, got (5) FLOAT32",
                    assertThrows(IllegalStateException.class, () -> optimizer.update(bias, four, four))
                            .getMessage());
            optimizer.close();
            assertEquals(Map.of(), optimizer.state());
        }
    }

    @Test
    void refusesWhatIsNoConfiguration() {
        AdamConfig config = AdamConfig.defaults();
        refuses("AdamConfig: beta1 must be in [0, 1), got 1.0", () -> config.withBetas(1, 0.9));
        refuses("AdamConfig: beta2 must be in [0, 1), got -0.1", () -> config.withBetas(0.9, -0.1));
        refuses("AdamConfig: epsilon must be finite and at least 0, got -1.0", () -> config.withEpsilon(-1));
        refuses(
                "AdamConfig: weightDecay must be finite and at least 0, got Infinity",
                () -> config.withWeightDecay(Double.POSITIVE_INFINITY));
        refuses("AdamConfig: secondMoment must be given, got null", () -> config.withSecondMoment(null));
        refuses("ParameterGroup: members must be given, got null", () -> new ParameterGroup(null, 1, 0));
        refuses(
                "ParameterGroup: learningRateFactor must be finite and at least 0, got -1.0",
                () -> new ParameterGroup((name, shape) -> true, -1, 0));
        refuses("GradientClipping: maxNorm must be positive, got 0.0", () -> new GradientClipping(0));
    }

    private static void refuses(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}

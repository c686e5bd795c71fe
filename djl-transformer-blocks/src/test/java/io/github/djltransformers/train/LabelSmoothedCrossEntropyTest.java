package io.github.djltransformers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Fixture;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

class LabelSmoothedCrossEntropyTest {
    private static final long NONE_IGNORED = -100;

    @EngineTest
    void equalsTorch(String engine) throws Exception {
        // Sums are about 30; MXNet's log-softmax has errors of 2e-6 of its own.
        Closeness losses = new Closeness(engine.equals("MXNet") ? 1.5e-5 : 4e-6);
        Closeness gradients = new Closeness(engine.equals("MXNet") ? 4e-6 : 1e-6);
        for (Reduction reduction : Reduction.values()) {
            String suffix = "_" + reduction.name().toLowerCase(Locale.ROOT);
            check(engine, "plain" + suffix, 0, NONE_IGNORED, reduction, losses, gradients);
            check(engine, "ls0.1" + suffix, 0.1, NONE_IGNORED, reduction, losses, gradients);
            check(engine, "ls0.1_ignore" + suffix, 0.1, -100, reduction, losses, gradients);
            check(engine, "ls0.2_ignore_pad0" + suffix, 0.2, 0, reduction, losses, gradients);
            check(engine, "ls0.1_weight_ignore" + suffix, 0.1, -100, reduction, losses, gradients);
        }
        check(engine, "ls1_mean", 1, NONE_IGNORED, Reduction.MEAN, losses, gradients);
        check(engine, "seq_ls0.1_ignore_mean", 0.1, -100, Reduction.MEAN, losses, gradients);
        check(engine, "soft_targets_ls0.1", 0.1, NONE_IGNORED, Reduction.MEAN, losses, gradients);
        losses.verify(engine + " cross-entropy");
        gradients.verify(engine + " cross-entropy gradients");
    }

    private static void check(
            String engine,
            String name,
            double smoothing,
            long ignored,
            Reduction reduction,
            Closeness losses,
            Closeness gradients)
            throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Fixture fixture = Fixture.read(manager, "torch_cross_entropy/" + name);
            NDArray logits = fixture.get("logits");
            logits.setRequiresGradient(true);
            float[] weights =
                    fixture.names().contains("weight") ? fixture.get("weight").toFloatArray() : new float[0];
            LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(smoothing, ignored, reduction, weights);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                // The fixture's sequence case has its classes on axis 1.
                NDArray classesLast = logits.getShape().dimension() == 3 ? logits.transpose(0, 2, 1) : logits;
                NDArray result = loss.evaluate(new NDList(fixture.get("target")), new NDList(classesLast));
                losses.compare(
                        name,
                        fixture.get("loss"),
                        result.reshape(fixture.get("loss").getShape()));
                collector.backward(
                        reduction == Reduction.NONE
                                ? result.mul(fixture.get("loss_weight")).sum()
                                : result);
            }
            gradients.compare(name, fixture.get("grad.logits"), logits.getGradient());
        }
    }

    @EngineTest
    void certainProbabilitiesEqualClasses(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray logits = manager.create(new float[] {1, 2, 3, 0.5f, 0, -1}, new Shape(1, 2, 3));
            NDArray classes = manager.create(new int[] {2, 0}, new Shape(1, 2));
            NDArray certain = manager.create(new double[] {0, 0, 1, 1, 0, 0}, new Shape(1, 2, 3));
            for (Reduction reduction : new Reduction[] {Reduction.NONE, Reduction.SUM}) {
                LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0.3, -1, reduction, 1, 2, 0.5f);
                NDArray expected = loss.evaluate(new NDList(classes), new NDList(logits));
                NDArray actual = loss.evaluate(new NDList(certain), new NDList(logits));
                assertEquals(expected.getShape(), actual.getShape());
                assertArrayEquals(expected.toFloatArray(), actual.toFloatArray(), 1e-6f);
            }
        }
    }

    @EngineTest
    void ignoredRowsMayHoldInfinities(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            float inf = Float.NEGATIVE_INFINITY;
            NDArray logits = manager.create(new float[] {1, 2, 3, inf, 0, 0}, new Shape(1, 2, 3));
            logits.setRequiresGradient(true);
            NDArray labels = manager.create(new int[] {2, -1}, new Shape(1, 2));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray loss = new LabelSmoothedCrossEntropy(0.3, -1, Reduction.MEAN)
                        .evaluate(new NDList(labels), new NDList(logits));
                // log(e + e^2 + e^3) = 3.4076059; 0.7 * (3.4076059 - 3) + 0.3 * (3.4076059 - 2)
                assertEquals(0.7076059f, loss.getFloat(), 3e-6f);
                collector.backward(loss);
            }
            float[] gradient = logits.getGradient().toFloatArray();
            // softmax = (0.0900306, 0.2447285, 0.6652410) less (0.1, 0.1, 0.8)
            assertArrayEquals(new float[] {-0.0099694f, 0.1447285f, -0.1347590f, 0, 0, 0}, gradient, 3e-6f);
        }
    }

    @EngineTest
    void leavesNothingInTheCallersManager(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray logits = manager.ones(new Shape(4, 5));
            NDArray labels = manager.zeros(new Shape(4), DataType.INT64);
            new LabelSmoothedCrossEntropy(0.1, -100, Reduction.MEAN).evaluate(new NDList(labels), new NDList(logits));
            assertEquals(3, manager.getManagedArrays().size());
        }
    }

    @EngineTest
    void refusesWhatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray logits = manager.ones(new Shape(2, 3, 5));
            LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0.1, 0, Reduction.MEAN);
            Map<NDArray, String> cases = new LinkedHashMap<>();
            cases.put(
                    manager.zeros(new Shape(6), DataType.INT64),
                    "LabelSmoothedCrossEntropy: labels must have the shape of logits (2, 3, 5) without its last axis, got (6)");
            cases.put(
                    manager.zeros(new Shape(2, 3)),
                    "LabelSmoothedCrossEntropy: labels must have the shape of logits (2, 3, 5) as they are floating, got (2, 3)");
            cases.put(
                    manager.zeros(new Shape(2, 3), DataType.BOOLEAN),
                    "LabelSmoothedCrossEntropy: labels must be INT64, INT32 or floating, got BOOLEAN");
            cases.forEach((labels, message) -> assertEquals(
                    message,
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> loss.evaluate(new NDList(labels), new NDList(logits)))
                            .getMessage()));
            NDArray labels = manager.zeros(new Shape(2, 3), DataType.INT64);
            assertEquals(
                    "LabelSmoothedCrossEntropy: classWeights must be 5, one a class, got 2",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> new LabelSmoothedCrossEntropy(0, 0, Reduction.SUM, 1, 2)
                                            .evaluate(new NDList(labels), new NDList(logits)))
                            .getMessage());
        }
        assertEquals(
                "LabelSmoothedCrossEntropy: smoothing must be in [0, 1], got 1.5",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new LabelSmoothedCrossEntropy(1.5, 0, Reduction.MEAN))
                        .getMessage());
    }
}

package io.github.djltransformers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Loss, optimizer, clipping and accumulation with DJL's trainer and blocks. */
class TrainerTest {
    private static final int PADDING = 0;
    private static final int ROWS = 12;

    @EngineTest
    void twoThousandStepsLeaveNoArraysBehind(String engine) {
        try (TinyModel tiny = meanLossModel(engine);
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDManager system = manager.getParentManager();
            GradientClipping clipping = new GradientClipping(1);
            float first = 0;
            float last = 0;
            List<NDArray> early = null;
            for (int step = 1; step <= 2000; step++) {
                try (NDManager scope = manager.newSubManager();
                        GradientCollector collector = tiny.trainer.newGradientCollector()) {
                    last = backward(tiny, collector, scope, 0, ROWS);
                }
                clipping.clip(parameters(tiny));
                tiny.trainer.step();
                if (step == 1) {
                    first = last;
                }
                if (step == 10) {
                    early = system.getManagedArrays();
                }
            }
            List<NDArray> late = system.getManagedArrays();
            assertEquals(early.size(), late.size());
            assertEquals(bytes(early), bytes(late));
            System.out.printf(
                    "%s: %d arrays, %d bytes; loss %.4f -> %.4f%n", engine, late.size(), bytes(late), first, last);
            assertTrue(last < 0.75 * first, first + " -> " + last);
        }
    }

    @EngineTest
    void namesakesKeepTheirNumbers(String engine) {
        try (TinyModel tiny = meanLossModel(engine)) {
            assertEquals(
                    Set.of(
                            "01Linear.weight",
                            "01Linear.bias",
                            "LayerNorm.gamma",
                            "LayerNorm.beta",
                            "04Linear.weight",
                            "04Linear.bias"),
                    ParameterNames.of(tiny.model.getBlock()).keySet());
        }
    }

    private static long bytes(List<NDArray> arrays) {
        return arrays.stream()
                .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
                .sum();
    }

    @EngineTest
    void fourMicroBatchesEqualOneBatch(String engine) {
        Map<String, NDArray> whole = new LinkedHashMap<>();
        Closeness closeness = new Closeness(1e-6);
        try (TinyModel big = meanLossModel(engine);
                TinyModel small = sumLossModel(engine);
                GradientAccumulation accumulation = new GradientAccumulation(parameters(small))) {
            for (int step = 0; step < 3; step++) {
                try (NDManager scope = big.model.getNDManager().newSubManager();
                        GradientCollector collector = big.trainer.newGradientCollector()) {
                    backward(big, collector, scope, 0, ROWS);
                }
                for (int micro = 0; micro < 4; micro++) {
                    try (NDManager scope = small.model.getNDManager().newSubManager();
                            GradientCollector collector = small.trainer.newGradientCollector()) {
                        backward(small, collector, scope, micro * 3, 3);
                    }
                    accumulation.add(kept(micro * 3, 3));
                }
                assertEquals(kept(0, ROWS), accumulation.average());
                whole.putAll(gradients(big));
                gradients(small)
                        .forEach((name, gradient) -> closeness.compare("grad " + name, whole.get(name), gradient));
                big.trainer.step();
                small.trainer.step();
                Map<String, Parameter> expected = ParameterNames.of(big.model.getBlock());
                ParameterNames.of(small.model.getBlock())
                        .forEach((name, parameter) ->
                                closeness.compare(name, expected.get(name).getArray(), parameter.getArray()));
            }
        }
        closeness.verify(engine + " accumulation");
    }

    @EngineTest
    void sumsWithoutScaling(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray weight = manager.create(new float[] {1, 2});
            weight.setRequiresGradient(true);
            Parameter parameter = parameter(weight);
            try (GradientAccumulation accumulation = new GradientAccumulation(List.of(parameter))) {
                for (int round = 0; round < 2; round++) {
                    for (int micro = 1; micro <= 3; micro++) {
                        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                            collector.backward(weight.mul((float) micro).sum());
                        }
                        accumulation.add(1);
                    }
                    assertEquals(3, accumulation.sum());
                    try (NDArray gradient = weight.getGradient()) {
                        assertArrayEquals(new float[] {6, 6}, gradient.toFloatArray());
                        gradient.subi(gradient); // what an optimizer does on an engine that adds
                    }
                }
            }
        }
    }

    @EngineTest
    void accumulationRefusesWhatIsNoStep(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray weight = manager.ones(new Shape(2));
            weight.setRequiresGradient(true);
            try (GradientAccumulation accumulation = new GradientAccumulation(List.of(parameter(weight)))) {
                assertEquals(
                        "GradientAccumulation: add must be called before a step, got no micro-batch",
                        assertThrows(IllegalStateException.class, accumulation::average)
                                .getMessage());
                assertEquals(
                        "GradientAccumulation: count must be positive and finite, got 0.0",
                        assertThrows(IllegalArgumentException.class, () -> accumulation.add(0))
                                .getMessage());
            }
        }
        assertEquals(
                "GradientAccumulation: parameters must include one that requires a gradient, got none",
                assertThrows(IllegalArgumentException.class, () -> new GradientAccumulation(List.of()))
                        .getMessage());
        assertEquals(
                "GradientClipping: parameters must include one that requires a gradient, got none",
                assertThrows(IllegalArgumentException.class, () -> new GradientClipping(1).clip(List.of()))
                        .getMessage());
    }

    @EngineTest
    void clippingLeavesSmallAndBrokenGradients(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray weight = manager.create(new float[] {3, 4});
            weight.setRequiresGradient(true);
            List<Parameter> parameters = List.of(parameter(weight));
            assertArrayEquals(new float[] {3, 4}, clipped(weight, 1, 6, parameters, 5), 0);
            assertArrayEquals(new float[] {0.6f, 0.8f}, clipped(weight, 1, 1, parameters, 5), 1e-6f);
            assertArrayEquals(new float[] {-0.6f, -0.8f}, clipped(weight, -1, 1, parameters, 5), 1e-6f);
            float infinity = Float.POSITIVE_INFINITY;
            backward(weight, infinity);
            assertFalse(Float.isFinite(new GradientClipping(1).clip(parameters)));
            try (NDArray gradient = weight.getGradient()) {
                assertArrayEquals(new float[] {infinity, infinity}, gradient.toFloatArray());
            }
        }
    }

    private static void backward(NDArray weight, float factor) {
        try (GradientCollector collector = weight.getManager().getEngine().newGradientCollector()) {
            collector.backward(weight.pow(2).mul(factor / 2).sum());
        }
    }

    private static float[] clipped(
            NDArray weight, float factor, double maxNorm, Collection<Parameter> parameters, float norm) {
        backward(weight, factor);
        assertEquals(norm, new GradientClipping(maxNorm).clip(parameters), 1e-6f);
        try (NDArray gradient = weight.getGradient()) {
            float[] values = gradient.toFloatArray();
            gradient.subi(gradient);
            return values;
        }
    }

    private static Parameter parameter(NDArray weight) {
        return Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optArray(weight)
                .build();
    }

    private static TinyModel meanLossModel(String engine) {
        return new TinyModel(
                engine,
                new LabelSmoothedCrossEntropy(0.1, PADDING, Reduction.MEAN),
                block -> TinyModel.adamW(block, 1e-2));
    }

    private static TinyModel sumLossModel(String engine) {
        return new TinyModel(
                engine,
                new LabelSmoothedCrossEntropy(0.1, PADDING, Reduction.SUM),
                block -> TinyModel.adamW(block, 1e-2));
    }

    private static Collection<Parameter> parameters(TinyModel tiny) {
        return tiny.model.getBlock().getParameters().values();
    }

    private static Map<String, NDArray> gradients(TinyModel tiny) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        ParameterNames.of(tiny.model.getBlock())
                .forEach((name, parameter) ->
                        gradients.put(name, parameter.getArray().getGradient()));
        return gradients;
    }

    private static int label(int row) {
        return row * 5 % 7;
    }

    private static int kept(int from, int rows) {
        int kept = 0;
        for (int row = from; row < from + rows; row++) {
            kept += label(row) == PADDING ? 0 : 1;
        }
        return kept;
    }

    private static float backward(TinyModel tiny, GradientCollector collector, NDManager scope, int from, int rows) {
        float[] features = new float[rows * 5];
        long[] labels = new long[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = label(from + row);
            for (int i = 0; i < 5; i++) {
                features[row * 5 + i] = (float) Math.sin(1 + 3 * (from + row) + i * i);
            }
        }
        NDList output = tiny.trainer.forward(new NDList(scope.create(features, new Shape(rows, 5))));
        NDArray loss = tiny.trainer.getLoss().evaluate(new NDList(scope.create(labels)), output);
        collector.backward(loss);
        return loss.getFloat();
    }
}

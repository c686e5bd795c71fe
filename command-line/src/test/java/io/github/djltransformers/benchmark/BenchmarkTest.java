package io.github.djltransformers.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.testing.EngineTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class BenchmarkTest {
    /** Variants that count, fail or turn out to be something else. */
    private static final class Counting implements BenchmarkCase {
        final List<Variant> order = new ArrayList<>();
        boolean closed;

        @Override
        public String name() {
            return "counting-x";
        }

        @Override
        public Work work() {
            return new Work(1, "runs", null);
        }

        @Override
        public List<Variant> variants(String engine, List<Precision> precisions) {
            List<Variant> variants = new ArrayList<>(List.of(Variant.stock(engine), Variant.eager(engine)));
            precisions.forEach(precision -> variants.add(Variant.compiled(engine, precision)));
            return variants;
        }

        @Override
        public Workplace open(NDManager manager) {
            return new Workplace() {
                @Override
                public Workload workload(Variant variant) {
                    if (variant.mode() == Mode.STOCK) {
                        throw new IllegalStateException("broken");
                    }
                    return new Workload() {
                        @Override
                        public void run() {
                            if (order.isEmpty() || !order.get(order.size() - 1).equals(variant)) {
                                order.add(variant);
                            }
                        }

                        @Override
                        public Optional<String> refusal() {
                            return variant.precision() == Precision.INT8
                                    ? Optional.of("not compiled: no such thing")
                                    : Optional.empty();
                        }
                    };
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }

    @EngineTest
    void variantsTakeTurnsAndFailuresAreRows(String engine) {
        Counting counting = new Counting();
        CaseResult result = new Benchmark(
                        List.of(engine), List.of(Precision.FLOAT32, Precision.INT8), new Pace(3, 1e-4, 8))
                .run(counting);
        Variant eager = Variant.eager(engine);
        Variant compiled = Variant.compiled(engine, Precision.FLOAT32);
        Variant refused = Variant.compiled(engine, Precision.INT8);
        assertEquals(
                List.of(eager, compiled, refused, eager, compiled, eager, compiled, eager, compiled), counting.order);
        assertTrue(counting.closed);
        assertEquals(
                List.of(Variant.stock(engine), eager, compiled, refused),
                result.measurements().stream().map(Measurement::variant).toList());
        assertEquals(
                "java.lang.IllegalStateException: broken",
                result.measurements().get(0).reason());
        assertEquals(3, result.measurements().get(1).samples().size());
        assertEquals("not compiled: no such thing", result.measurements().get(3).reason());
        assertTrue(result.matmulRates().get(engine) > 0);
    }
}

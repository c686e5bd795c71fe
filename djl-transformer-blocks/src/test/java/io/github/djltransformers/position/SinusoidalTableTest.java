package io.github.djltransformers.position;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Fixture;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinusoidalTableTest {
    /** Half a unit in the last place of float32 below 1, in which most of the expected tables are. */
    private static final double ROUNDING = 6e-8;

    @EngineTest
    void tablesMatchTheReference(String engine) throws Exception {
        Closeness single = new Closeness(ROUNDING);
        Closeness twice = new Closeness(1e-13);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            for (String name : List.of("d16", "d17", "d32")) {
                Fixture fixture = Fixture.read(manager, "torch_sinusoidal/" + name);
                Shape shape = fixture.get("vaswani_interleaved").getShape();
                int length = (int) shape.get(0);
                int size = (int) shape.get(1);
                NDArray interleaved = table(manager, SinusoidalTable.interleaved(length, size));
                single.compare(name + " interleaved", fixture.get("vaswani_interleaved"), interleaved);
                twice.compare(name + " interleaved", fixture.get("vaswani_interleaved_f64"), interleaved);
                single.compare(
                        name + " halves",
                        fixture.get("marian_halves"),
                        table(manager, SinusoidalTable.halves(length, size)));
                single.compare(
                        name + " tensor2tensor",
                        fixture.get("fairseq_t2t_padidx1"),
                        table(manager, SinusoidalTable.tensor2tensor(length, size, 1)));
            }
        }
        single.verify("SinusoidalTable against float32 on " + engine);
        twice.verify("SinusoidalTable against float64 on " + engine);
    }

    private static NDArray table(NDManager manager, double[][] rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return manager.create(flat, new Shape(rows.length, rows[0].length));
    }

    @Test
    void firstRowsAreAsComputedByHand() {
        double[][] table = SinusoidalTable.interleaved(2, 4);
        assertArrayEquals(new double[] {0, 1, 0, 1}, table[0], 0);
        // sin 1, cos 1, sin 1/100, cos 1/100
        assertArrayEquals(
                new double[] {0.8414709848078965, 0.5403023058681398, 0.009999833334166664, 0.9999500004166653},
                table[1],
                1e-15);
    }
}

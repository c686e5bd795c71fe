package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.ObservedOps;
import io.github.djltransformers.testing.EngineTest;
import java.util.Arrays;
import java.util.List;

class AttentionMapsTest {
    private static final int[] SOURCE = {5, 6, 7, 8};
    private static final int[] TARGET = {2, 9, 10};

    /** One map for each layer and head, whose rows sum to 1 and, where a decoder looks at itself, see nothing that follows. */
    @EngineTest
    void mapsAreDistributionsOfEveryLayerAndHead(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = new TinyTransformer(manager, 37).model();
            AttentionMaps maps = AttentionMaps.of(model, new ParameterStore(manager, false), manager, SOURCE, TARGET);
            assertEquals(2, maps.encoder().size());
            assertEquals(maps.decoder().size(), maps.cross().size());
            assertEquals(2, maps.cross().size());
            check(maps.encoder(), 4, 4, false);
            check(maps.decoder(), 3, 3, true);
            check(maps.cross(), 3, 4, false);
            for (double[] row : maps.meanCross()) {
                assertEquals(1, Arrays.stream(row).sum(), 1e-5);
            }
            assertEquals(
                    0,
                    manager.getManagedArrays().stream()
                            .filter(array -> array.getShape().dimension() == 4)
                            .count());
        }
    }

    private static void check(List<float[][][]> layers, int rows, int columns, boolean causal) {
        for (float[][][] heads : layers) {
            for (float[][] head : heads) {
                assertEquals(rows, head.length);
                for (int i = 0; i < rows; i++) {
                    assertEquals(columns, head[i].length);
                    double sum = 0;
                    for (int j = 0; j < columns; j++) {
                        sum += head[i][j];
                        assertTrue(!causal || j <= i || head[i][j] == 0);
                    }
                    assertEquals(1, sum, 1e-5);
                }
            }
        }
    }

    /** Who looks changes nothing. */
    @EngineTest
    void whatIsObservedIsWhatIsComputed(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = new TinyTransformer(manager, 37).model();
            ParameterStore parameters = new ParameterStore(manager, false);
            float[] plain = logits(model, new NDArrayOps(parameters, false), manager);
            float[] observed = logits(model, new ObservedOps(parameters), manager);
            for (int i = 0; i < plain.length; i++) {
                assertEquals(plain[i], observed[i], 1e-6);
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> AttentionMaps.of(model, parameters, manager, new int[0], TARGET));
        }
    }

    private static float[] logits(EncoderDecoderTransformer model, NDArrayOps ops, NDManager manager) {
        DecoderState<NDArray> state =
                model.begin(ops, TokenRows.of(List.of(SOURCE), 0).ids(manager), null);
        return model.decode(ops, TokenRows.of(List.of(TARGET), 0).ids(manager), state)
                .logits()
                .toFloatArray();
    }
}

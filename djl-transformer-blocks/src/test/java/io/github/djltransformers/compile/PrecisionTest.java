package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.testing.EngineNames;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arithmetic in fewer bits, which PyTorch's programs have, is as near to eager as the precision says. */
class PrecisionTest {
    private static final String ENGINE = "PyTorch";
    private static final int DRAWS = 4;

    @Test
    void theEngineIsTested() {
        assertTrue(EngineNames.all().contains(ENGINE), EngineNames.all()::toString);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyBlockIsWithinTolerance(Precision precision) {
        double worst = 0;
        String worstAt = "";
        for (ParityCase parityCase : ParityCase.all()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
                TransformerBlock block = parityCase.initialized(manager);
                ParameterStore store = new ParameterStore(manager, false);
                int given = block.inputs().size();
                try (Program program =
                        Compilers.of(ENGINE).compile(block, block.inputs(), manager, Compilers.in(precision))) {
                    for (int index = 0; index < DRAWS; index++) {
                        Draw draw = new Draw(manager, index, 5);
                        NDList inputs = parityCase.inputs().apply(draw).subNDList(0, given);
                        double difference = difference(block.eager(store, inputs, false), program.run(manager, inputs));
                        String at = parityCase.name() + ", " + draw;
                        assertTrue(difference <= precision.tolerance(), at + ": " + difference);
                        if (difference > worst) {
                            worst = difference;
                            worstAt = at;
                        }
                    }
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s: worst %.2e at %s%n", precision, worst, worstAt);
    }

    /** {@code |compiled - eager| / |eager|} of the worst output. */
    private static double difference(NDList eager, NDList compiled) {
        assertEquals(eager.size(), compiled.size());
        double worst = 0;
        for (int i = 0; i < eager.size(); i++) {
            float[] expected = eager.get(i).toFloatArray();
            float[] actual = compiled.get(i).toFloatArray();
            assertEquals(expected.length, actual.length);
            double apart = 0;
            double size = 0;
            for (int j = 0; j < expected.length; j++) {
                apart += Math.pow(actual[j] - expected[j], 2);
                size += Math.pow(expected[j], 2);
            }
            worst = Math.max(worst, apart == 0 ? 0 : Math.sqrt(apart / size));
        }
        return worst;
    }
}

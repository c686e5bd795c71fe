package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.ops.RoundedOps;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.Samples;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arithmetic in fewer bits, which the programs of PyTorch's models have, is as near to eager as the precision says. */
class PrecisionTest {
    private static final String ENGINE = "PyTorch";
    private static final int DRAWS = 4;

    @Test
    void theEngineIsTested() {
        assertTrue(EngineNames.all().contains(ENGINE), EngineNames.all()::toString);
    }

    @ParameterizedTest
    @MethodSource("io.github.djltransformers.compile.Compilers#precisions")
    void everyBlockIsWithinTolerance(CompilationConfig config) {
        Precision precision = config.precision();
        double worst = 0;
        String worstAt = "";
        for (ParityCase parityCase : ParityCase.all()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
                TransformerBlock block = parityCase.initialized(manager);
                ParameterStore store = new ParameterStore(manager, false);
                Compiler compiler = Compilers.of(ENGINE, config.runtime());
                try (Program program = compiler.compile(block, block.inputs(), manager, config)) {
                    for (int index = 0; index < DRAWS; index++) {
                        Draw draw = new Draw(manager, index, 5);
                        NDList inputs = parityCase.inputs().apply(draw);
                        Comparison<Program> comparison = Comparison.onRow(block, store, inputs);
                        double difference = comparison.ofProgram(program);
                        double tolerance = precision == Precision.INT8
                                ? precision.tolerance(
                                        comparison.ofArithmetic(new RoundedOps(store, compiler.integerSteps())))
                                : precision.tolerance();
                        String at = parityCase.name() + ", " + draw;
                        assertTrue(difference <= tolerance, at + ": " + difference + " of " + tolerance);
                        if (difference > worst) {
                            worst = difference;
                            worstAt = at;
                        }
                    }
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s: worst %.2e at %s%n", config, worst, worstAt);
    }

    /** The linear maps of a layer whose weights are square are the ones that a transposed weight does not stop. */
    @ParameterizedTest
    @MethodSource("io.github.djltransformers.compile.Compilers#precisions")
    void aTransposedWeightIsOutOfTolerance(CompilationConfig compilation) {
        Precision precision = compilation.precision();
        LayerConfig config = LayerConfig.of(ParityCase.D, ParityCase.H, ParityCase.D);
        for (NormPlacement placement : List.of(NormPlacement.PRE, NormPlacement.POST)) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
                TransformerLayer layer = Samples.initialized(
                        manager, DataType.FLOAT32, new TransformerLayer(config.withNorm(placement)));
                List<Projection> maps = List.copyOf(Projection.within(layer));
                assertEquals(6, maps.size());
                for (Projection map : maps) {
                    NDArray weight = map.weight().getArray();
                    byte[] right = weight.toByteArray();
                    weight.set(ByteBuffer.wrap(weight.transpose().duplicate().toByteArray()));
                    Compiler compiler = Compilers.of(ENGINE, compilation.runtime());
                    try (Program wrong = compiler.compile(layer, layer.inputs().subList(0, 1), manager, compilation)) {
                        NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 1, 9, ParityCase.D));
                        NDList outputs = wrong.run(manager, inputs);
                        weight.set(ByteBuffer.wrap(right));
                        Comparison<Program> comparison =
                                Comparison.onRow(layer, new ParameterStore(manager, false), inputs);
                        double difference = comparison.ofProgram(new Given(outputs));
                        double rounding = comparison.ofArithmetic(
                                new RoundedOps(new ParameterStore(manager, false), compiler.integerSteps()));
                        double tolerance =
                                precision == Precision.INT8 ? precision.tolerance(rounding) : precision.tolerance();
                        assertTrue(difference > tolerance, difference + " of " + tolerance);
                    }
                }
            }
        }
    }

    private record Given(NDList outputs) implements Program {
        @Override
        public NDList run(NDManager manager, NDList inputs) {
            return outputs;
        }

        @Override
        public void close() {}
    }
}

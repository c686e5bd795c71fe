package io.github.djltransformers.layer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.FiniteDifferences;
import io.github.djltransformers.testing.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class LayerGradientTest {
    /** Parallel branches are for encoder layers. */
    private static final List<NormPlacement> NORM_PLACEMENTS_OF_DECODERS =
            List.of(NormPlacement.POST, NormPlacement.PRE, NormPlacement.SANDWICH);

    private static final double TOLERANCE = 1e-7;

    @EngineTest
    void encoderLayersGradientsEqualFiniteDifferences(String engine) {
        Closeness closeness = new Closeness(TOLERANCE);
        for (NormPlacement placement : NormPlacement.values()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                Map<String, NDArray> inputs = new LinkedHashMap<>();
                inputs.put("x", Samples.normal(manager, DataType.FLOAT64, 1, 2, 3, 4));
                NDList masks = new NDList(Samples.keepMask(manager, 3, 3, 2));
                compare(manager, new TransformerLayer(config(placement)), inputs, masks, closeness);
            }
        }
        closeness.verify("EncoderLayer's differences on " + engine);
    }

    @EngineTest
    void decoderLayersGradientsEqualFiniteDifferences(String engine) {
        Closeness closeness = new Closeness(TOLERANCE);
        for (NormPlacement placement : NORM_PLACEMENTS_OF_DECODERS) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                Map<String, NDArray> inputs = new LinkedHashMap<>();
                inputs.put("x", Samples.normal(manager, DataType.FLOAT64, 1, 2, 3, 4));
                inputs.put("memory", Samples.normal(manager, DataType.FLOAT64, 2, 2, 4, 4));
                NDList masks = new NDList(Samples.keepMask(manager, 3, 3, 2), Samples.keepMask(manager, 4, 1, 4));
                compare(manager, new TransformerLayer(config(placement).decoding()), inputs, masks, closeness);
            }
        }
        closeness.verify("DecoderLayer's differences on " + engine);
    }

    /** Swish, because MXNet computes GELU in float32 whatever the tensor's type: GELU is held to torch's gradients. */
    private static LayerConfig config(NormPlacement placement) {
        return LayerConfig.of(4, 2, 6).withActivation(ActivationFunction.SWISH).withNorm(placement);
    }

    private static void compare(
            NDManager manager, TransformerBlock layer, Map<String, NDArray> inputs, NDList masks, Closeness closeness) {
        Map<String, NDArray> variables = Samples.arrays(Samples.initialized(manager, DataType.FLOAT64, layer));
        inputs.forEach((name, value) -> variables.put("input " + name, value));
        NDArray weight = Samples.normal(manager, DataType.FLOAT64, 3, 2, 3, 4);
        NDList arguments = new NDList(inputs.values());
        arguments.addAll(masks);
        NDList constants = new NDList(masks);
        constants.add(weight);
        ParameterStore store = new ParameterStore(manager, false);
        FiniteDifferences.compare(
                manager,
                variables,
                constants,
                () -> layer.forward(store, arguments, true)
                        .singletonOrThrow()
                        .mul(weight)
                        .sum(),
                closeness);
    }
}

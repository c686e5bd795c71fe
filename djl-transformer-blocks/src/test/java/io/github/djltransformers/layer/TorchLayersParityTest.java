package io.github.djltransformers.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.TorchCase;
import java.util.List;

/** The layers against {@code torch.nn.TransformerEncoderLayer} and {@code TransformerDecoderLayer}. */
class TorchLayersParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final List<String> ENCODERS = List.of(
            "encoder_postnorm_relu",
            "encoder_postnorm_gelu",
            "encoder_prenorm_relu",
            "encoder_prenorm_gelu",
            "encoder_postnorm_relu_nomask",
            "encoder_prenorm_gelu_causal_kpm",
            "encoder_postnorm_gelu_nobias_eps");
    private static final List<String> DECODERS =
            List.of("decoder_postnorm_relu", "decoder_postnorm_gelu", "decoder_prenorm_relu", "decoder_prenorm_gelu");

    @EngineTest
    void encoderLayerMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        for (String name : ENCODERS) {
            try (TorchCase torch = new TorchCase(engine, "torch_layers/" + name, closeness)) {
                TransformerLayer layer = torch.load(new TransformerLayer(config(name)), "");
                NDArray causal = torch.keepMask("src_bool", 1, 1, 6, 6);
                NDArray padding = torch.keepMask("src_key_padding_bool", 3, 1, 1, 6);
                NDList inputs = new NDList(torch.input("src"));
                NDArray keepMask = TorchCase.both(causal, padding);
                if (keepMask != null) {
                    inputs.add(keepMask);
                }
                torch.check(() -> layer.forward(torch.store(), inputs, true).singletonOrThrow());
            }
        }
        closeness.verify("TransformerLayer on " + engine);
    }

    @EngineTest
    void decoderLayerMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        for (String name : DECODERS) {
            try (TorchCase torch = new TorchCase(engine, "torch_layers/" + name, closeness)) {
                TransformerLayer layer =
                        torch.load(new TransformerLayer(config(name).decoding()), "");
                NDList inputs = new NDList(
                        torch.input("tgt"),
                        torch.input("memory"),
                        torch.keepMask("tgt_key_padding_bool", 3, 1, 1, 6),
                        torch.keepMask("memory_key_padding_bool", 3, 1, 1, 8));
                torch.check(() -> layer.forward(torch.store(), inputs, true).singletonOrThrow());
            }
        }
        closeness.verify("TransformerLayer on " + engine);
    }

    private static LayerConfig config(String name) {
        boolean plain = name.contains("nobias_eps");
        LayerConfig layer = LayerConfig.of(12, 3, 20)
                .withActivation(name.contains("gelu") ? ActivationFunction.GELU : ActivationFunction.RELU)
                .withNorm(name.contains("prenorm") ? NormPlacement.PRE : NormPlacement.POST);
        return plain ? layer.withNorm(NormConfig.layer(0.01)).withoutBias() : layer;
    }
}

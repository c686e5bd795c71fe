package io.github.djltransformers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.TorchCase;
import java.util.List;

/** The stacks against {@code torch.nn.Transformer} and {@code TransformerEncoder}. */
class TorchTransformerParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final List<String> TRANSFORMERS =
            List.of("postnorm_relu", "postnorm_gelu", "prenorm_relu", "prenorm_gelu");

    @EngineTest
    void encoderAndDecoderMatchTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        for (String name : TRANSFORMERS) {
            try (TorchCase torch = new TorchCase(engine, "torch_transformer/" + name, closeness)) {
                TransformerStack encoder = torch.load(
                        new TransformerStack(
                                StackConfig.of(config(name), 2, config(name).norm())),
                        "encoder.");
                TransformerStack decoder = torch.load(
                        new TransformerStack(StackConfig.of(
                                config(name).decoding(), 2, config(name).norm())),
                        "decoder.");
                NDList source = new NDList(torch.input("src"), torch.keepMask("src_key_padding_bool", 3, 1, 1, 8));
                NDArray target = torch.input("tgt");
                NDArray targetKeepMask = torch.keepMask("tgt_key_padding_bool", 3, 1, 1, 6);
                NDArray memoryKeepMask = torch.keepMask("memory_key_padding_bool", 3, 1, 1, 8);
                torch.check(() -> {
                    NDArray memory =
                            encoder.forward(torch.store(), source, true).singletonOrThrow();
                    torch.compare("memory", memory);
                    NDList inputs = new NDList(target, memory, targetKeepMask, memoryKeepMask);
                    return decoder.forward(torch.store(), inputs, true).singletonOrThrow();
                });
            }
        }
        closeness.verify("Encoder and Decoder on " + engine);
    }

    @EngineTest
    void encoderStackMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(TOLERANCE);
        String name = "encoder_stack_prenorm_gelu";
        try (TorchCase torch = new TorchCase(engine, "torch_transformer/" + name, closeness)) {
            TransformerStack encoder = torch.load(
                    new TransformerStack(
                            StackConfig.of(config(name), 3, config(name).norm())),
                    "");
            NDList inputs = new NDList(torch.input("src"), torch.keepMask("src_key_padding_bool", 3, 1, 1, 6));
            torch.check(() -> encoder.forward(torch.store(), inputs, true).singletonOrThrow());
        }
        closeness.verify("Encoder of three layers on " + engine);
    }

    private static LayerConfig config(String name) {
        return LayerConfig.of(12, 3, 20)
                .withActivation(name.contains("gelu") ? ActivationFunction.GELU : ActivationFunction.RELU)
                .withNorm(name.contains("prenorm") ? NormPlacement.PRE : NormPlacement.POST);
    }
}

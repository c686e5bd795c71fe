package io.github.djltransformers.compile;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.engine.onnx.OnnxExporter;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.OnnxSession;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX Runtime makes of an exported file equals the eager block, for every block of the library, in every shape and with every mask. */
class OnnxParityTest {
    @Test
    void filesEqualEagerBlocks(@TempDir Path folder) throws Exception {
        Parity parity = new Parity();
        String engine = EngineNames.all().get(0);
        Path file = folder.resolve("block.onnx");
        for (ParityCase parityCase : ParityCase.all()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                TransformerBlock block = parityCase.initialized(manager);
                ParameterStore store = new ParameterStore(manager, false);
                for (int given = parityCase.required(); given <= block.inputs().size(); given++) {
                    new OnnxExporter().export(block, given, file);
                    try (OnnxSession session = new OnnxSession(file)) {
                        for (int index = 0; index < Draw.COUNT; index++) {
                            Draw draw = new Draw(manager, index, given);
                            NDList inputs = parityCase.inputs().apply(draw).subNDList(0, given);
                            parity.compare(
                                    parityCase.name() + " with " + given + " inputs, " + draw,
                                    block.eager(store, inputs, false),
                                    session.run(manager, inputs));
                        }
                    } catch (ai.onnxruntime.OrtException e) {
                        throw new AssertionError(parityCase.name() + " with " + given + " inputs", e);
                    }
                }
            }
        }
        parity.verify("ONNX files");
    }
}

package io.github.djltransformers.engine.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.djltransformers.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Whether this libtorch was built with oneDNN, which not every platform's is. */
final class OneDnn {
    /** A linear map: x, weight, bias, the activation's name and algorithm. */
    static final String LINEAR =
            "ops.mkldnn._linear_pointwise(%s, %s, %s, \"%s\", annotate(List[Optional[number]], []), \"%s\")";

    private static final String PROBE = Text.format("""
            class K(Module):
              __parameters__ = []
              __buffers__ = []
              def forward(self: __torch__.K, x: Tensor) -> Tensor:
                return %s
            """, Text.format(LINEAR, "x", "x", "None", "none", ""));

    private static volatile Boolean there;

    private OneDnn() {}

    /** A module that calls the operator loads only where it exists. */
    static boolean isThere(NDManager manager) {
        if (there == null) {
            try (NDManager probing = manager.newSubManager()) {
                byte[] archive = TorchArchive.of(PROBE);
                JniUtils.loadModule((PtNDManager) probing, new ByteArrayInputStream(archive), false, false)
                        .close();
                there = true;
            } catch (EngineException e) {
                there = false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return there;
    }
}

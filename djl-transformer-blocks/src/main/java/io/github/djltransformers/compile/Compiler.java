package io.github.djltransformers.compile;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.IntegerSteps;
import io.github.djltransformers.ops.TensorFunction;
import java.util.List;

/**
 * Makes programs for one engine from functions over {@link io.github.djltransformers.ops.TensorOps}. Found by
 * {@code META-INF/services}; the engine is there when a method other than {@link #engine} is called.
 *
 * <p>Programs read the parameters that the function uses where they are: a value changed in place, or an array replaced,
 * is seen by the next call. All sizes of inputs but those of parameters are dynamic.
 */
public interface Compiler {
    /** The name of the engine whose models it compiles, such as {@code PyTorch}. */
    String engine();

    /** What runs its programs. */
    default Runtime runtime() {
        return Runtime.ENGINE;
    }

    /** What programs are written in, such as {@code TorchScript}. */
    String language();

    /** How finely its programs round in {@link Precision#INT8}. */
    default IntegerSteps integerSteps() {
        return IntegerSteps.FINE_WEIGHTS;
    }

    /**
     * @throws UnsupportedOperationException with the reason, if programs for the device cannot compute in the precision
     */
    void requireSupport(Device device, Precision precision);

    /**
     * Compiles a function.
     *
     * @param inputs names of the inputs that are given; further ones the function sees as absent
     * @param manager whose engine and device the program is for; owns it
     * @param config the precision, and where the weights are
     */
    Program compile(TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config);

    /**
     * Compiles reading what a model reads first, and writing token by token.
     *
     * @param manager whose engine and device the program is for; owns it
     * @param config the precision, and where the weights are
     * @throws UnsupportedOperationException with the reason, if the model's caches have no one layout
     */
    DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config);
}

package io.github.djltransformers.shipped;

import ai.djl.engine.Engine;
import ai.djl.repository.zoo.ModelNotFoundException;
import io.github.djltransformers.zoo.EngineChoice;

/** Prints how many threads PyTorch has, before MXNet is chosen and after; a process of its own, as engines are loaded once. */
public final class PyTorchThreads {
    private PyTorchThreads() {}

    /**
     * Prints two lines.
     *
     * @param args none
     */
    public static void main(String[] args) throws ReflectiveOperationException, ModelNotFoundException {
        Engine.getEngine("PyTorch");
        System.out.println(count());
        EngineChoice.of("MXNet");
        Engine.getEngine("MXNet").newBaseManager().close();
        System.out.println(count());
    }

    private static Object count() throws ReflectiveOperationException {
        return Class.forName("ai.djl.pytorch.jni.JniUtils")
                .getMethod("getNumThreads")
                .invoke(null);
    }
}

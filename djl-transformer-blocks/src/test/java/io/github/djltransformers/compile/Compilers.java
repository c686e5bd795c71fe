package io.github.djltransformers.compile;

import java.util.ServiceLoader;

/** The compilers of this build's engines. */
final class Compilers {
    private Compilers() {}

    static Compiler of(String engine) {
        return ServiceLoader.load(Compiler.class, Compilers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(compiler -> compiler.engine().equals(engine))
                .findFirst()
                .orElseThrow(() -> new AssertionError(engine + " has no compiler"));
    }
}

package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.testing.EngineNames;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The compilers of this build's engines. */
final class Compilers implements ArgumentsProvider {
    private static Optional<Compiler> find(String engine) {
        return ServiceLoader.load(Compiler.class, Compilers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(compiler -> compiler.engine().equals(engine))
                .findFirst();
    }

    static Compiler of(String engine) {
        return find(engine).orElseThrow(() -> new AssertionError(engine + " has no compiler"));
    }

    static List<String> engines() {
        List<String> engines = EngineNames.all().stream()
                .filter(engine -> find(engine).isPresent())
                .toList();
        assertTrue(engines.contains("PyTorch"), "PyTorch has no compiler");
        return engines;
    }

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return engines().stream().map(Arguments::of);
    }
}

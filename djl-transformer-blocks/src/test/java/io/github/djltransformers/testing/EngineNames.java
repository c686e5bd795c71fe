package io.github.djltransformers.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The engines that the build names in {@code djlt.test.engines}; one that can't be loaded fails its tests. */
public final class EngineNames implements ArgumentsProvider {
    public static List<String> all() {
        return Arrays.asList(
                System.getProperty("djlt.test.engines", "PyTorch,MXNet").split(","));
    }

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return all().stream().map(Arguments::of);
    }
}

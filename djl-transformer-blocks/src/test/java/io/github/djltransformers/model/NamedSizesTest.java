package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.block.ParameterNames;
import org.junit.jupiter.api.Test;

/** The parameter counts that Vaswani et al. 2017 state in table 3 for a vocabulary of about 37,000: 65 and 213 million. */
class NamedSizesTest {
    @Test
    void baseHasTheParametersOfThePaper() {
        assertEquals(63_082_496, parameters(TransformerConfig.base(37_000)));
    }

    @Test
    void bigHasTheParametersOfThePaper() {
        assertEquals(214_245_376, parameters(TransformerConfig.big(37_000)));
    }

    @Test
    void tinyHasTwoLayersOf128() {
        // Per layer D = 128, F = 512: attention 4 (D^2 + D), feed-forward 2 D F + F + D, norms 2 D each.
        long attention = 4 * (128 * 128 + 128);
        long feedForward = 2 * 128 * 512 + 512 + 128;
        long encoder = attention + feedForward + 2 * 256;
        long decoder = 2 * attention + feedForward + 3 * 256;
        assertEquals(2 * (encoder + decoder) + 1000 * 128, parameters(TransformerConfig.tiny(1000)));
    }

    /** Shapes are known before anything is initialised. */
    private static long parameters(TransformerConfig config) {
        return ParameterNames.trained(new EncoderDecoderTransformer(config)).values().stream()
                .mapToLong(parameter -> parameter.getShape().size())
                .sum();
    }
}

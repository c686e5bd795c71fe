package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RetrievalErrorsTest {
    private static float[] at(double degrees) {
        double angle = Math.toRadians(degrees);
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    /** The second text's nearest is the third's translation, whose own nearest is right. */
    @Test
    void eachWayIsCountedByItself() {
        float[][] one = {at(0), at(40), at(60)};
        float[][] other = {at(5), at(19), at(52)};
        RetrievalErrors errors = RetrievalErrors.byCosine(one, other);
        assertArrayEquals(new double[] {0, 1, 0}, errors.there());
        assertArrayEquals(new double[] {0, 1, 0}, errors.back());
        assertArrayEquals(
                new double[] {0, 0, 0}, RetrievalErrors.byCosine(one, one).there());
    }

    /** Texts in crowded places are near to many: the margin finds two translations more than the cosine. */
    @Test
    void theMarginIsNotMisledByCrowds() {
        float[][] one = {at(-7), at(-63), at(-20), at(-137), at(-165), at(-146)};
        float[][] other = {at(180), at(-18), at(-11), at(-157), at(-127), at(-90)};
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 1},
                RetrievalErrors.byCosine(one, other).there());
        assertArrayEquals(
                new double[] {1, 1, 0, 0, 1, 1},
                RetrievalErrors.byMargin(one, other).there());
    }

    @Test
    void sidesMustBeEquallyMany() {
        float[][] one = {at(0)};
        assertThrows(IllegalArgumentException.class, () -> RetrievalErrors.byCosine(one, new float[0][]));
        assertThrows(IllegalArgumentException.class, () -> RetrievalErrors.byMargin(new float[0][], new float[0][]));
    }
}

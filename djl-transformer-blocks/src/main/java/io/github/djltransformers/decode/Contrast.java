package io.github.djltransformers.decode;

/**
 * How likely tokens are weighed against tokens unlike those before (Su et al. 2022, contrastive search, equation 5): of the K
 * likeliest tokens v, that is taken of the greatest
 *
 * <pre>  (1 - alpha) p(v) - alpha max over tokens before of cos(h(v), h(before))</pre>
 *
 * <p>where h is the last layer's output at a token. Each input is written for alone, operation by operation, K rows a step.
 *
 * @param alpha {@code penalty_alpha}: 0 is greedy search
 * @param topK {@code top_k}: K
 */
public record Contrast(double alpha, int topK) {
    /**
     * @throws IllegalArgumentException naming what must be otherwise
     */
    public Contrast {
        if (!(alpha >= 0 && alpha <= 1) || topK < 1) {
            throw new IllegalArgumentException(
                    "Contrast: alpha must be in [0, 1] and topK positive, got " + alpha + " and " + topK);
        }
    }
}

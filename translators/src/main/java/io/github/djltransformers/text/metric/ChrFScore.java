package io.github.djltransformers.text.metric;

/**
 * A chrF score.
 *
 * @param name the usual name of the variant, such as {@code chrF2++}
 * @param score the score, from 0 to 100
 * @param signature what is needed to reproduce the score
 */
public record ChrFScore(String name, double score, String signature) implements TextScore {}

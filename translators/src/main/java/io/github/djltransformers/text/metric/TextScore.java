package io.github.djltransformers.text.metric;

/** The result of a {@link TextMetric}. */
public interface TextScore {
    /**
     * Returns the metric's usual name.
     *
     * @return the name, such as {@code BLEU} or {@code chrF2++}
     */
    String name();

    /**
     * Returns the score.
     *
     * @return the score, from 0 to 100, unrounded
     */
    double score();

    /**
     * Returns what is needed to reproduce the score, in sacreBLEU's form.
     *
     * @return the signature; its version names this library
     */
    String signature();
}

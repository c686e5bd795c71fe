package io.github.djltransformers.text.metric;

import io.github.djltransformers.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * A metric of one corpus, fed line by line. Of each line only a few counts are kept. Not safe for use by several threads at
 * once.
 *
 * @param <S> the type of the score
 */
public interface TextMetric<S extends TextScore> {
    /**
     * Adds a line.
     *
     * @param hypothesis the generated text
     * @param references the reference texts, of which at least one is not null; null stands for a missing reference, an
     *     empty text for a reference without words
     * @throws IllegalArgumentException if the hypothesis is null or every reference is
     */
    void add(String hypothesis, List<String> references);

    /**
     * Adds lines.
     *
     * @param hypotheses the generated texts, one a line
     * @param references the streams of references, each with one text a line; null where a line lacks that reference
     * @throws IllegalArgumentException if a stream has not as many lines as the hypotheses, or a line no reference
     */
    default void addAll(List<String> hypotheses, List<? extends List<String>> references) {
        for (int i = 0; i < references.size(); i++) {
            if (references.get(i).size() != hypotheses.size()) {
                throw new IllegalArgumentException(Text.format(
                        "TextMetric: references must have %d lines in each stream, got %d in stream %d",
                        hypotheses.size(), references.get(i).size(), i));
            }
        }
        for (int line = 0; line < hypotheses.size(); line++) {
            List<String> ofLine = new ArrayList<>(references.size());
            for (List<String> stream : references) {
                ofLine.add(stream.get(line));
            }
            add(hypotheses.get(line), ofLine);
        }
    }

    /**
     * Scores the lines added so far.
     *
     * @return the score of the corpus
     * @throws IllegalStateException if no line was added
     */
    S score();

    /**
     * How far the score would vary with other lines of the same kind.
     *
     * @param seed of the resamples
     * @throws IllegalStateException if no line was added
     */
    Bootstrap interval(long seed);
}

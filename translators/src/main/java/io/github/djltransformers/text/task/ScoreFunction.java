package io.github.djltransformers.text.task;

import java.util.Arrays;

/** What makes scores of the numbers of classes. */
enum ScoreFunction {
    /** One class of several is right. */
    SOFTMAX {
        @Override
        double[] apply(float[] logits) {
            return Scores.softmax(logits);
        }
    },
    /** Each class is right or not. */
    SIGMOID {
        @Override
        double[] apply(float[] logits) {
            double[] scores = NONE.apply(logits);
            Arrays.setAll(scores, i -> Scores.sigmoid(scores[i]));
            return scores;
        }
    },
    /** The numbers are what is asked for. */
    NONE {
        @Override
        double[] apply(float[] logits) {
            double[] scores = new double[logits.length];
            Arrays.setAll(scores, i -> logits[i]);
            return scores;
        }
    };

    abstract double[] apply(float[] logits);
}

package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.util.List;
import java.util.Map;

/** What one head of a classifier learns to tell. */
interface LabelHead {
    /** A number that no label has. */
    int NONE = -100;

    /** What can be told, by number. */
    List<String> labels();

    /** Whether tokens are told, else texts. */
    boolean ofTokens();

    /** The numbers to be told of a text. */
    int[] numbers(LabelledText text, TokenizedText tokens);

    /**
     * The numbers of some texts.
     *
     * @param rows of each text its numbers, none where nothing is known of it
     * @param length of the longest text, in tokens
     */
    NDArray array(NDManager manager, List<int[]> rows, int length);

    /** A mean over what is known; 0 where nothing is. */
    NDArray loss(NDArray labels, NDArray logits, double smoothing);

    /** Begins to count how well a model tells. */
    Judge judge();

    /** Counts how well a model tells. */
    interface Judge {
        /**
         * Counts some texts.
         *
         * @param texts with what is right, null where that is not known
         * @param tokens of each
         * @param logits of the head
         */
        void add(List<LabelledText> texts, List<TokenizedText> tokens, NDArray logits);

        /** What decides, higher is better. */
        double score();

        /** What is told of it, with intervals. */
        Map<String, Double> figures();
    }

    /** The cross-entropy of a number each. */
    static NDArray crossEntropy(NDArray labels, NDArray logits, double smoothing) {
        NDArray sum = new LabelSmoothedCrossEntropy(smoothing, NONE, Reduction.SUM)
                .evaluate(new NDList(labels), new NDList(logits));
        return sum.div(labels.neq(NONE).toType(DataType.FLOAT32, false).sum().maximum(1));
    }
}

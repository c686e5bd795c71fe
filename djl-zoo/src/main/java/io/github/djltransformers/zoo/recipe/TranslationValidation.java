package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.text.data.BatchConfig;
import io.github.djltransformers.text.data.SequenceMarkers;
import io.github.djltransformers.text.data.TokenBatch;
import io.github.djltransformers.text.data.TokenBatches;
import io.github.djltransformers.text.data.TokenizedCorpus;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Judges by the mean negative log-likelihood of a held-out token, without label smoothing: the score is its negative. */
final class TranslationValidation implements BlockValidation {
    private final TokenBatches batches;
    private final LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0, 0, Reduction.SUM);

    TranslationValidation(TokenizedCorpus held, TranslationRecipe.Batching batching) {
        batches = new TokenBatches(held.pairs(), BatchConfig.of(batching.maximumTokens(), 0), SequenceMarkers.STANDARD);
    }

    @Override
    public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
        double sum = 0;
        long tokens = 0;
        Iterator<TokenBatch> all = batches.epoch(0).from(0);
        while (all.hasNext()) {
            TokenBatch batch = all.next();
            try (NDManager manager = parent.newSubManager()) {
                NDArray logits = model.apply(batch.data(manager)).singletonOrThrow();
                sum += loss.evaluate(batch.labels(manager), new NDList(logits)).getFloat();
                tokens += batch.targetTokens();
            }
        }
        double nll = sum / tokens;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("nll", nll);
        figures.put("perplexity", Math.exp(nll));
        return new Verdict(-nll, figures);
    }
}

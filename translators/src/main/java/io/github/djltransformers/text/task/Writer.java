package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.Speculation;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.constraint.ConstrainedVocabulary;
import io.github.djltransformers.text.data.LengthBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * Writes sequences for any number of inputs, in batches of like lengths. Holds no state of a model: one serves many predictors
 * and threads.
 *
 * @param config how to write
 * @param constraint of what is written, or null
 * @param speculation how what follows is guessed, or null
 * @param batchTokens how many tokens of inputs and of what is expected to be written are in a batch
 */
record Writer(GenerationConfig config, ConstrainedVocabulary constraint, Speculation speculation, int batchTokens) {
    /** What is expected of a text that may grow without a limit. */
    private static final int EXPECTED = 64;

    Generation generation(TransformerBlock block, NDManager manager) {
        Generation generation =
                new Generation((GenerativeModel) block, new ParameterStore(manager, false), manager, config);
        if (constraint != null) {
            generation = generation.withProcessors((promptLength, bounded) ->
                    constraint.processor(promptLength, bounded.maxNewTokens(), bounded.endIds()));
        }
        return speculation == null ? generation : generation.withSpeculation(speculation);
    }

    /**
     * Writes.
     *
     * @param inputs of at least one token each
     * @param length how many tokens an input has
     * @param write the sequences of some of them
     * @return the sequences of each input, best first
     */
    <P> List<List<GeneratedSequence>> write(
            TransformerBlock block,
            NDManager manager,
            List<P> inputs,
            ToIntFunction<P> length,
            BiFunction<Generation, List<P>, List<List<GeneratedSequence>>> write) {
        List<List<GeneratedSequence>> results = new ArrayList<>(Collections.nCopies(inputs.size(), null));
        int expected = Math.min(config.maxNewTokens(), EXPECTED);
        int[] lengths = inputs.stream()
                .mapToInt(input -> length.applyAsInt(input) + expected)
                .toArray();
        for (int[] places : LengthBatches.of(lengths, batchTokens, true)) {
            try (NDManager scratch = manager.newSubManager()) {
                List<List<GeneratedSequence>> found = write.apply(
                        generation(block, scratch),
                        Arrays.stream(places).mapToObj(inputs::get).toList());
                for (int i = 0; i < places.length; i++) {
                    results.set(places[i], found.get(i));
                }
            }
        }
        return results;
    }
}

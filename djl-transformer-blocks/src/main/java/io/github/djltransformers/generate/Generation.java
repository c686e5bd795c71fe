package io.github.djltransformers.generate;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.stack.EncoderDecoderTransformer;
import io.github.djltransformers.stack.GenerativeModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes sequences by {@link GenerationRules}, greedily or with beams, and equals Hugging Face's {@code generate} with
 * {@code do_sample=False}. What one input gets does not depend on the others.
 */
public final class Generation {
    private final GenerativeModel model;
    private final ParameterStore parameterStore;
    private final NDManager manager;
    private final GenerationRules rules;

    /**
     * @param model a {@link EncoderDecoderTransformer} or a decoder-only model
     * @param parameterStore where its parameters come from
     * @param manager whose engine and device compute
     */
    public Generation(GenerativeModel model, ParameterStore parameterStore, NDManager manager, GenerationRules rules) {
        this.model = model;
        this.parameterStore = parameterStore;
        this.manager = manager;
        this.rules = rules;
    }

    /**
     * Writes for sources, from a start token.
     *
     * @param sources at least one, of at least one token each
     * @param startId the token that decoding begins with
     * @return for each source its sequences, best first
     */
    public List<List<GeneratedSequence>> fromSources(List<int[]> sources, int startId) {
        if (!(model instanceof EncoderDecoderTransformer)) {
            throw new IllegalArgumentException("Generation: model must read sources, got "
                    + model.getClass().getSimpleName());
        }
        List<int[]> prompts = Collections.nCopies(sources.size(), new int[] {startId});
        try (EagerDecodingBatch batch =
                EagerDecodingBatch.open(model, parameterStore, manager, TokenRows.of(sources, 0))) {
            return write(batch, prompts, prompts);
        }
    }

    /**
     * Goes on with prompts.
     *
     * @param prompts at least one, of at least one token each
     * @return for each prompt its sequences, without the prompt, best first
     */
    public List<List<GeneratedSequence>> fromPrompts(List<int[]> prompts) {
        return fromPrompts(prompts, prompts);
    }

    /**
     * Goes on with prompts, the processors seeing something else before the new tokens: Hugging Face's see the padding that a
     * batch puts before shorter prompts.
     *
     * @param prompts at least one, of at least one token each
     * @param seen what processors take for the prompt, for each
     */
    public List<List<GeneratedSequence>> fromPrompts(List<int[]> prompts, List<int[]> seen) {
        if (model instanceof EncoderDecoderTransformer) {
            throw new IllegalArgumentException("Generation: model must be decoder-only to go on with prompts, got "
                    + model.getClass().getSimpleName());
        }
        if (prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
            throw new IllegalArgumentException("Generation: prompts must have a token each, got an empty one");
        }
        List<int[]> read = prompts.stream()
                .map(prompt -> Arrays.copyOf(prompt, prompt.length - 1))
                .toList();
        try (EagerDecodingBatch batch =
                EagerDecodingBatch.open(model, parameterStore, manager, TokenRows.beginnings(read, 0))) {
            return write(batch, prompts, seen);
        }
    }

    private List<List<GeneratedSequence>> write(EagerDecodingBatch batch, List<int[]> prompts, List<int[]> seen) {
        List<WrittenInput> inputs = new ArrayList<>();
        for (int[] prompt : seen) {
            inputs.add(rules.beams() == 1 ? new GreedyInput(rules, prompt) : new BeamInput(rules, prompt));
        }
        List<WrittenInput> active = inputs;
        int[] tokens =
                prompts.stream().mapToInt(prompt -> prompt[prompt.length - 1]).toArray();
        while (true) {
            float[][] scores = batch.scores(tokens);
            List<int[]> rows = new ArrayList<>(); // the row each goes on from, and its token
            List<WrittenInput> going = new ArrayList<>();
            int first = 0;
            for (WrittenInput input : active) {
                int count = input.rows();
                List<int[]> next = input.step(Arrays.copyOfRange(scores, first, first + count));
                for (int[] row : next) {
                    rows.add(new int[] {first + row[0], row[1]});
                }
                if (!next.isEmpty()) {
                    going.add(input);
                }
                first += count;
            }
            if (going.isEmpty()) {
                return inputs.stream().map(WrittenInput::results).toList();
            }
            batch.select(rows.stream().mapToInt(row -> row[0]).toArray());
            tokens = rows.stream().mapToInt(row -> row[1]).toArray();
            active = going;
        }
    }

    /** The log-probabilities of raw logits. */
    static double[] logSoftmax(float[] logits) {
        double largest = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double shift = largest + Math.log(sum);
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i] - shift)
                .toArray();
    }
}

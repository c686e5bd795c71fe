package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Feeds searches with what a batch of their rows predicts, step by step, until all are done. An input that is done leaves the
 * batch, so that the others no longer pay for it.
 */
final class DecodingLoop implements TokenSource {
    /** How many candidates more than are wanted are found where some may be lowered. */
    private static final int SPARE = 16;

    private final DecodingBatch batch;
    private final GenerationConfig config;
    private final List<ProcessorMaker> more;
    private final List<Input> inputs = new ArrayList<>();
    private List<Input> active;
    private int[] tokens;

    /**
     * @param batch fresh, one row for each input; its rows are used up, and the caller closes it
     * @param more processors, after those of the configuration
     */
    DecodingLoop(DecodingBatch batch, GenerationConfig config, List<ProcessorMaker> more) {
        this.batch = batch;
        this.config = config;
        this.more = more;
    }

    /** An input in the middle of being written for: first what is given is read, then the search goes on. */
    private static final class Input {
        private final SequenceSearch search;
        private final List<ScoresProcessor> processors;
        private final int[] given;
        private int read = 1;

        Input(SequenceSearch search, List<ScoresProcessor> processors, int... given) {
            this.search = search;
            this.processors = processors;
            this.given = given;
        }

        boolean asksForScores() {
            return !processors.isEmpty() || search.candidates() == Integer.MAX_VALUE;
        }

        /** What changes scores now; nothing while a token is given. */
        List<ScoresProcessor> processed() {
            return reads() ? List.of() : processors;
        }

        boolean reads() {
            return read < given.length;
        }

        List<Continuation> step(Candidates candidates, int firstRow) {
            return reads() ? List.of(new Continuation(firstRow, given[read++])) : search.step(candidates, firstRow);
        }
    }

    /**
     * Writes a sequence for each input. What one input gets does not depend on the others.
     *
     * @param given the tokens, at least one, that the batch has yet to read of each input before it goes on
     * @param prompts the tokens before the first new one, as processors see them, for each input
     * @param limits how many new tokens each input may get; the configuration's own limit where that is less
     */
    List<List<GeneratedSequence>> run(List<int[]> given, List<int[]> prompts, int[] limits) {
        begin(given, prompts, limits);
        boolean unfinished = true;
        while (unfinished) {
            unfinished = step();
        }
        return inputs.stream().map(input -> input.search.results()).toList();
    }

    /** Prepares the first step; parameters as those of {@link #run}. */
    void begin(List<int[]> given, List<int[]> prompts, int[] limits) {
        for (int i = 0; i < prompts.size(); i++) {
            int promptLength = prompts.get(i).length;
            GenerationConfig bounded = bounded(batch, config, given.get(i).length, promptLength, limits[i]);
            List<ScoresProcessor> processors = ConfiguredProcessors.of(bounded, promptLength, more);
            inputs.add(new Input(SequenceSearch.of(bounded, prompts.get(i)), processors, given.get(i)));
        }
        // Where nobody asks for scores by id, an end that the vocabulary lacks is one that never comes.
        if (inputs.stream().anyMatch(Input::asksForScores)) {
            HostChoice.requireInVocabulary(config, batch.vocabularySize());
        }
        active = inputs;
        tokens = given.stream().mapToInt(each -> each[0]).toArray();
    }

    /**
     * A configuration with the limits of one sequence.
     *
     * @param given how many tokens the batch has yet to read of it before it goes on
     */
    static GenerationConfig bounded(
            DecodingBatch batch, GenerationConfig config, int given, int promptLength, int limit) {
        int room = batch.room() - given + 1;
        if (room < 1) {
            throw new IllegalArgumentException(
                    "Generation: inputs must leave the model room for a token, got beginnings as long as it can read");
        }
        return config.within(Math.min(limit, room), promptLength);
    }

    /** Goes a token further. */
    @Override
    public boolean step() {
        Candidates candidates = candidates();
        List<Continuation> rows = new ArrayList<>();
        int row = 0;
        for (Input input : active) {
            int count = input.search.rows();
            rows.addAll(input.step(candidates, row));
            row += count;
        }
        active = active.stream().filter(input -> input.search.rows() > 0).toList();
        if (active.isEmpty()) {
            return false;
        }
        batch.select(rows.stream().mapToInt(Continuation::row).toArray());
        tokens = rows.stream().mapToInt(Continuation::token).toArray();
        return true;
    }

    /** Of the only input. */
    @Override
    public int written() {
        List<GeneratedSequence> found = inputs.get(0).search.results();
        return found.isEmpty() ? 0 : found.get(0).tokens().length;
    }

    @Override
    public GeneratedSequence first(int length) {
        return inputs.get(0).search.results().get(0);
    }

    @Override
    public void close() {
        batch.close();
    }

    /** What processors do to each row, null where all of its scores have to be looked at. */
    private List<RowChanges> changes(int count) {
        List<RowChanges> rows = new ArrayList<>();
        for (Input input : active) {
            for (int own = 0; own < input.search.rows(); own++) {
                rows.add(
                        count == Integer.MAX_VALUE
                                ? null
                                : input.processed().isEmpty()
                                        ? RowChanges.NONE
                                        : RowChanges.of(input.processed(), input.search.sequence(own)));
            }
        }
        return rows;
    }

    private Candidates candidates() {
        int count = active.get(0).search.candidates();
        List<RowChanges> changes = changes(count);
        if (changes.stream().allMatch(RowChanges.NONE::equals)) {
            return batch.advance(tokens, count);
        }
        boolean none = changes.stream().allMatch(Objects::isNull);
        Candidates found = batch.advance(tokens, none ? 1 : count + SPARE);
        HostChoice choice = new HostChoice(config.beams() == 1, batch.vocabularySize(), tokens.length, count);
        VocabularyScores all = null;
        int row = 0;
        for (Input input : active) {
            for (int own = 0; own < input.search.rows(); own++) {
                RowChanges lowered = changes.get(row);
                if (lowered == null || !choice.rank(found, row, lowered)) {
                    all = all == null ? batch.scores() : all;
                    choice.choose(all, row, input.search.sequence(own), input.processed());
                }
                row++;
            }
        }
        return choice.candidates();
    }
}

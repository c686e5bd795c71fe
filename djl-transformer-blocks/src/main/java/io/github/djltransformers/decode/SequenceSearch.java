package io.github.djltransformers.decode;

import java.util.List;

/**
 * The search for the sequences of one input, as a machine: it is fed the candidates of each step and says which sequences go
 * on. It knows nothing of a model or of the inputs beside it, so that inputs may leave a batch, or join it, at any step.
 */
public interface SequenceSearch {
    /** How many sequences it writes on, each a row of a batch; 0 when it is done. */
    int rows();

    /** How many candidates of each row it looks at, at most; {@link Integer#MAX_VALUE} for all. */
    int candidates();

    /** The prompt, or the start token, and what was written so far in one of its rows. */
    int[] sequence(int row);

    /**
     * Goes a token further.
     *
     * @param candidates of a whole batch
     * @param firstRow where the rows of this input begin in it
     * @return the sequences that go on, in the order of the rows that they become; none when the search is done
     */
    List<Continuation> step(Candidates candidates, int firstRow);

    /** What was found, best first. */
    List<GeneratedSequence> results();

    /**
     * Sampling where it is asked for, else a beam search for phrases where there are any, else greedy search for one beam, beam search for more, and for groups of beams a diverse one.
     *
     * @param prompt the tokens before the first new one, at least one
     */
    static SequenceSearch of(GenerationConfig config, int[] prompt) {
        if (config.sampling() != null) {
            return new SamplingSearch(config, prompt);
        }
        if (!config.requiredPhrases().isEmpty()) {
            return new PhraseBeamSearch(config, prompt);
        }
        if (config.beamGroups() > 1) {
            return new DiverseBeamSearch(config, prompt);
        }
        return config.beams() == 1 ? new GreedySearch(config, prompt) : new BeamSearch(config, prompt);
    }
}

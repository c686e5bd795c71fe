package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How sequences are written: the search, its limits and what scores are changed by. Each component says the key of Hugging
 * Face's {@code generation_config.json} that it is.
 *
 * @param maxNewTokens {@code max_new_tokens}: how long a sequence may grow, the end token included, the prompt not
 * @param maxLength {@code max_length}: how long a sequence may grow, its prompt or start token included; {@link #NO_LIMIT} for
 *     none
 * @param minNewTokens {@code min_new_tokens}: no end before so many
 * @param minLength {@code min_length}: no end before the sequence with its prompt has so many
 * @param beams {@code num_beams}: K, the unfinished sequences kept for each input; 1 is greedy search
 * @param nBest {@code num_return_sequences}: how many sequences are returned for each input, at most K; of sampling, how many
 *     samples
 * @param beamGroups {@code num_beam_groups}: the groups of K / G beams of which each one's avoid the tokens that those before it
 *     go on with (Vijayakumar et al. 2018); 1 for none
 * @param diversityPenalty {@code diversity_penalty}: what a token loses in a group for each beam before that goes on with it
 * @param lengthPenalty {@code length_penalty}: the exponent p of {@code score = sum of log-probabilities / n^p}, n counting
 *     the new tokens with the end token: 0 compares sums, 1 means, more favours longer sequences
 * @param earlyStopping {@code early_stopping}: when a beam search is done
 * @param sampling {@code do_sample}: how tokens are drawn, null where the likeliest are taken
 * @param repetitionPenalty {@code repetition_penalty}, 1 for none
 * @param presencePenalty what a token loses that was written, 0 for none
 * @param frequencyPenalty what a token loses for each time that it was written, 0 for none
 * @param noRepeatNgramSize {@code no_repeat_ngram_size}, 0 for none
 * @param badWords {@code bad_words_ids}
 * @param requiredPhrases {@code force_words_ids}: what must appear; not with sampling, groups of beams or guesses
 * @param suppressed {@code suppress_tokens}
 * @param tokenBias {@code sequence_bias} of single tokens: what is added to their scores
 * @param firstId {@code forced_bos_token_id}, -1 for none
 * @param lastId {@code forced_eos_token_id}, -1 for none
 * @param endIds {@code eos_token_id}: the tokens that end a sequence
 */
public record GenerationConfig(
        int maxNewTokens,
        int maxLength,
        int minNewTokens,
        int minLength,
        int beams,
        int nBest,
        int beamGroups,
        double diversityPenalty,
        double lengthPenalty,
        EarlyStopping earlyStopping,
        Sampling sampling,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        int noRepeatNgramSize,
        List<List<Integer>> badWords,
        List<RequiredPhrase> requiredPhrases,
        List<Integer> suppressed,
        Map<Integer, Double> tokenBias,
        int firstId,
        int lastId,
        Set<Integer> endIds) {
    /** The length where none is the greatest. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    public GenerationConfig {
        badWords = badWords.stream().map(List::copyOf).toList();
        requiredPhrases = List.copyOf(requiredPhrases);
        suppressed = List.copyOf(suppressed);
        tokenBias = Map.copyOf(tokenBias);
        endIds = Set.copyOf(endIds);
        if (beams < 1 || maxNewTokens < 1) {
            throw new IllegalArgumentException(
                    "GenerationConfig: beams and maxNewTokens must be positive, got " + beams + " and " + maxNewTokens);
        }
        if (maxLength < 2) {
            throw new IllegalArgumentException(
                    "GenerationConfig: maxLength must be at least 2, a token and what follows" + " it, got "
                            + maxLength);
        }
        if (!Double.isFinite(lengthPenalty)) {
            throw new IllegalArgumentException("GenerationConfig: lengthPenalty must be finite, got " + lengthPenalty);
        }
        if (beamGroups < 1 || beams % beamGroups != 0 || !(diversityPenalty >= 0)) {
            throw new IllegalArgumentException("GenerationConfig: beamGroups must divide beams = " + beams
                    + " and diversityPenalty be at least 0, got " + beamGroups + " and " + diversityPenalty);
        }
        if (sampling != null && beams > 1) {
            throw new IllegalArgumentException("GenerationConfig: beams must be 1 with sampling, got " + beams);
        }
        if (!requiredPhrases.isEmpty() && (sampling != null || beamGroups > 1)) {
            throw new IllegalArgumentException(
                    "GenerationConfig: requiredPhrases must not be given with sampling or groups" + " of beams, got "
                            + requiredPhrases.size() + " phrases");
        }
        if (nBest < 1 || nBest > beams && sampling == null) {
            throw new IllegalArgumentException(
                    "GenerationConfig: nBest must be in [1, beams = " + beams + "], got " + nBest);
        }
        if (!Double.isFinite(presencePenalty) || !Double.isFinite(frequencyPenalty)) {
            throw new IllegalArgumentException(
                    "GenerationConfig: presencePenalty and frequencyPenalty must be finite, got " + presencePenalty
                            + " and " + frequencyPenalty);
        }
        if (earlyStopping == null) {
            throw new IllegalArgumentException("GenerationConfig: earlyStopping must be given, got null");
        }
        if (!(repetitionPenalty > 0) || noRepeatNgramSize < 0) {
            throw new IllegalArgumentException(
                    "GenerationConfig: repetitionPenalty must be positive and noRepeatNgramSize at least 0, got "
                            + repetitionPenalty + " and " + noRepeatNgramSize);
        }
        if (endIds.stream().anyMatch(id -> id < 0)) {
            throw new IllegalArgumentException(
                    "GenerationConfig: endIds must be at least 0, got " + new TreeSet<>(endIds));
        }
    }

    /** Greedy search for at most 20 new tokens, no token of which ends a sequence; scores are means. */
    public static Builder builder() {
        return new Builder();
    }

    /** Greedy search, ranked by the mean log-probability of a token. */
    public static GenerationConfig greedy(int maxNewTokens, int endId) {
        return beam(1, maxNewTokens, endId);
    }

    /** Beam search for the best sequence by the mean log-probability of a token. */
    public static GenerationConfig beam(int beams, int maxNewTokens, int endId) {
        return builder()
                .optBeams(beams)
                .optMaxNewTokens(maxNewTokens)
                .optEndIds(Set.of(endId))
                .build();
    }

    /** A builder that begins with this configuration. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * This configuration with the limits of one sequence.
     *
     * @param limit how many new tokens it may get, where that is less
     * @param promptLength tokens before the first new one
     * @throws IllegalArgumentException if the prompt alone is too long
     */
    GenerationConfig within(int limit, int promptLength) {
        if (promptLength >= maxLength) {
            throw new IllegalArgumentException(
                    "GenerationConfig: maxLength must be more than the " + promptLength + " tokens of the prompt, got "
                            + maxLength + "; set maxNewTokens, which does not count the prompt");
        }
        int most = Math.min(limit, maxLength - promptLength);
        return most < maxNewTokens ? toBuilder().optMaxNewTokens(most).build() : this;
    }

    /** Whether a sequence ends with this token as its n-th new one. */
    boolean ends(int token, int n) {
        return endIds.contains(token) || n == maxNewTokens;
    }

    /** The score of a sequence of this many new tokens. */
    double normalised(double score, int length) {
        return score / Math.pow(length, lengthPenalty);
    }

    /** The result that a sequence becomes, its score that of its log-probabilities. */
    GeneratedSequence finished(TokenChain sequence) {
        return finished(sequence, Arrays.stream(sequence.logProbabilities()).sum());
    }

    /** The result that a sequence becomes. */
    GeneratedSequence finished(TokenChain sequence, double score) {
        return new GeneratedSequence(
                TokenChain.tokens(new int[0], sequence),
                sequence.logProbabilities(),
                normalised(score, sequence.length()),
                endIds.contains(sequence.token()) ? FinishReason.END_TOKEN : FinishReason.LENGTH);
    }

    /** Collects the components of a {@link GenerationConfig}. */
    public static final class Builder {
        private int maxNewTokens = 20;
        private int maxLength = NO_LIMIT;
        private int minNewTokens;
        private int minLength;
        private int beams = 1;
        private int nBest = 1;
        private int beamGroups = 1;
        private double diversityPenalty;
        private double lengthPenalty = 1;
        private EarlyStopping earlyStopping = EarlyStopping.HEURISTIC;
        private Sampling sampling;
        private double repetitionPenalty = 1;
        private double presencePenalty;
        private double frequencyPenalty;
        private int noRepeatNgramSize;
        private List<List<Integer>> badWords = List.of();
        private List<RequiredPhrase> requiredPhrases = List.of();
        private List<Integer> suppressed = List.of();
        private Map<Integer, Double> tokenBias = Map.of();
        private int firstId = -1;
        private int lastId = -1;
        private Set<Integer> endIds = Set.of();

        private Builder() {}

        private Builder(GenerationConfig config) {
            maxNewTokens = config.maxNewTokens;
            maxLength = config.maxLength;
            minNewTokens = config.minNewTokens;
            minLength = config.minLength;
            beams = config.beams;
            nBest = config.nBest;
            beamGroups = config.beamGroups;
            diversityPenalty = config.diversityPenalty;
            lengthPenalty = config.lengthPenalty;
            earlyStopping = config.earlyStopping;
            sampling = config.sampling;
            repetitionPenalty = config.repetitionPenalty;
            presencePenalty = config.presencePenalty;
            frequencyPenalty = config.frequencyPenalty;
            noRepeatNgramSize = config.noRepeatNgramSize;
            badWords = config.badWords;
            requiredPhrases = config.requiredPhrases;
            suppressed = config.suppressed;
            tokenBias = config.tokenBias;
            firstId = config.firstId;
            lastId = config.lastId;
            endIds = config.endIds;
        }

        /** Sets {@link GenerationConfig#maxNewTokens}. */
        public Builder optMaxNewTokens(int value) {
            maxNewTokens = value;
            return this;
        }

        /** Sets {@link GenerationConfig#maxLength}. */
        public Builder optMaxLength(int value) {
            maxLength = value;
            return this;
        }

        /** Sets {@link GenerationConfig#minNewTokens}. */
        public Builder optMinNewTokens(int value) {
            minNewTokens = value;
            return this;
        }

        /** Sets {@link GenerationConfig#minLength}. */
        public Builder optMinLength(int value) {
            minLength = value;
            return this;
        }

        /** Sets {@link GenerationConfig#beams}. */
        public Builder optBeams(int value) {
            beams = value;
            return this;
        }

        /** Sets {@link GenerationConfig#nBest}. */
        public Builder optNBest(int value) {
            nBest = value;
            return this;
        }

        /** Sets {@link GenerationConfig#beamGroups}. */
        public Builder optBeamGroups(int value) {
            beamGroups = value;
            return this;
        }

        /** Sets {@link GenerationConfig#diversityPenalty}. */
        public Builder optDiversityPenalty(double value) {
            diversityPenalty = value;
            return this;
        }

        /** Sets {@link GenerationConfig#lengthPenalty}. */
        public Builder optLengthPenalty(double value) {
            lengthPenalty = value;
            return this;
        }

        /** Sets {@link GenerationConfig#earlyStopping}. */
        public Builder optEarlyStopping(EarlyStopping value) {
            earlyStopping = value;
            return this;
        }

        /** Sets {@link GenerationConfig#sampling}. */
        public Builder optSampling(Sampling value) {
            sampling = value;
            return this;
        }

        /** Sets {@link GenerationConfig#presencePenalty}. */
        public Builder optPresencePenalty(double value) {
            presencePenalty = value;
            return this;
        }

        /** Sets {@link GenerationConfig#frequencyPenalty}. */
        public Builder optFrequencyPenalty(double value) {
            frequencyPenalty = value;
            return this;
        }

        /** Sets {@link GenerationConfig#tokenBias}. */
        public Builder optTokenBias(Map<Integer, Double> value) {
            tokenBias = value;
            return this;
        }

        /** Sets {@link GenerationConfig#repetitionPenalty}. */
        public Builder optRepetitionPenalty(double value) {
            repetitionPenalty = value;
            return this;
        }

        /** Sets {@link GenerationConfig#noRepeatNgramSize}. */
        public Builder optNoRepeatNgramSize(int value) {
            noRepeatNgramSize = value;
            return this;
        }

        /** Sets {@link GenerationConfig#badWords}. */
        public Builder optBadWords(List<List<Integer>> value) {
            badWords = value;
            return this;
        }

        /** Sets {@link GenerationConfig#requiredPhrases}. */
        public Builder optRequiredPhrases(List<RequiredPhrase> value) {
            requiredPhrases = value;
            return this;
        }

        /** Sets {@link GenerationConfig#suppressed}. */
        public Builder optSuppressed(List<Integer> value) {
            suppressed = value;
            return this;
        }

        /** Sets {@link GenerationConfig#firstId}. */
        public Builder optFirstId(int value) {
            firstId = value;
            return this;
        }

        /** Sets {@link GenerationConfig#lastId}. */
        public Builder optLastId(int value) {
            lastId = value;
            return this;
        }

        /** Sets {@link GenerationConfig#endIds}. */
        public Builder optEndIds(Set<Integer> value) {
            endIds = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming what must be otherwise
         */
        public GenerationConfig build() {
            return new GenerationConfig(
                    maxNewTokens,
                    maxLength,
                    minNewTokens,
                    minLength,
                    beams,
                    nBest,
                    beamGroups,
                    diversityPenalty,
                    lengthPenalty,
                    earlyStopping,
                    sampling,
                    repetitionPenalty,
                    presencePenalty,
                    frequencyPenalty,
                    noRepeatNgramSize,
                    badWords,
                    requiredPhrases,
                    suppressed,
                    tokenBias,
                    firstId,
                    lastId,
                    endIds);
        }
    }
}

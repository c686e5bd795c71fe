package io.github.djltransformers.decode;

import io.github.djltransformers.Text;
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
 * @param contrast {@code penalty_alpha}: how tokens are kept from being like those before, null where they are not
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
        Contrast contrast,
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
        require(
                beams >= 1 && maxNewTokens >= 1,
                "beams and maxNewTokens must be positive, got %d and %d",
                beams,
                maxNewTokens);
        require(maxLength >= 2, "maxLength must be at least 2, a token and what follows it, got %d", maxLength);
        require(Double.isFinite(lengthPenalty), "lengthPenalty must be finite, got %s", lengthPenalty);
        require(
                beamGroups >= 1 && beams % beamGroups == 0 && diversityPenalty >= 0,
                "beamGroups must divide beams = %d and diversityPenalty be at least 0, got %d and %s",
                beams,
                beamGroups,
                diversityPenalty);
        require(sampling == null || beams == 1, "beams must be 1 with sampling, got %d", beams);
        int phrases = requiredPhrases.size();
        require(
                contrast == null || sampling == null && beams == 1 && phrases == 0,
                "contrast must be given without beams, sampling and requiredPhrases, got %d beams, %s and %d phrases",
                beams,
                sampling,
                phrases);
        require(
                phrases == 0 || sampling == null && beamGroups == 1,
                "requiredPhrases must not be given with sampling or groups of beams, got %d phrases",
                phrases);
        require(
                nBest >= 1 && (nBest <= beams || sampling != null),
                "nBest must be in [1, beams = %d], got %d",
                beams,
                nBest);
        require(
                Double.isFinite(presencePenalty) && Double.isFinite(frequencyPenalty),
                "presencePenalty and frequencyPenalty must be finite, got %s and %s",
                presencePenalty,
                frequencyPenalty);
        require(earlyStopping != null, "earlyStopping must be given, got null");
        require(
                repetitionPenalty > 0 && noRepeatNgramSize >= 0,
                "repetitionPenalty must be positive and noRepeatNgramSize at least 0, got %s and %d",
                repetitionPenalty,
                noRepeatNgramSize);
        require(endIds.stream().allMatch(id -> id >= 0), "endIds must be at least 0, got %s", new TreeSet<>(endIds));
    }

    private static void require(boolean holds, String rule, Object... actual) {
        if (!holds) {
            throw new IllegalArgumentException(Text.format("GenerationConfig: " + rule, actual));
        }
    }

    /** Greedy search for at most 20 new tokens, no token of which ends a sequence; scores are means. */
    public static GenerationConfigBuilder builder() {
        return new GenerationConfigBuilder();
    }

    /** Greedy search, ranked by the mean log-probability of a token. */
    public static GenerationConfig greedy(int maxNewTokens, int endId) {
        return beam(1, maxNewTokens, endId);
    }

    /** Beam search for the best sequence by the mean log-probability of a token. */
    public static GenerationConfig beam(int beams, int maxNewTokens, int endId) {
        GenerationConfigBuilder builder = builder().optBeams(beams).optMaxNewTokens(maxNewTokens);
        return builder.optEndIds(Set.of(endId)).build();
    }

    /** A builder that begins with this configuration. */
    public GenerationConfigBuilder toBuilder() {
        return new GenerationConfigBuilder(this);
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
}

package io.github.djltransformers.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How sequences are written, in the words of Hugging Face's {@code generation_config.json}.
 *
 * @param maxNewTokens {@code max_new_tokens}
 * @param minNewTokens {@code min_new_tokens}: no end before so many
 * @param minLength {@code min_length}: no end before the sequence with its prompt has so many
 * @param beams {@code num_beams}; 1 is greedy search
 * @param returned {@code num_return_sequences}, at most the beams
 * @param lengthPenalty {@code length_penalty}: p of {@code sum of log-probabilities / n^p}
 * @param earlyStopping {@code early_stopping}
 * @param repetitionPenalty {@code repetition_penalty}, 1 for none
 * @param noRepeatNgramSize {@code no_repeat_ngram_size}, 0 for none
 * @param badWords {@code bad_words_ids}
 * @param suppressed {@code suppress_tokens}
 * @param firstId {@code forced_bos_token_id}, -1 for none
 * @param lastId {@code forced_eos_token_id}, -1 for none
 * @param endIds {@code eos_token_id}
 */
public record GenerationRules(
        int maxNewTokens,
        int minNewTokens,
        int minLength,
        int beams,
        int returned,
        double lengthPenalty,
        EarlyStopping earlyStopping,
        double repetitionPenalty,
        int noRepeatNgramSize,
        List<List<Integer>> badWords,
        List<Integer> suppressed,
        int firstId,
        int lastId,
        Set<Integer> endIds) {
    public GenerationRules {
        badWords = badWords.stream().map(List::copyOf).toList();
        suppressed = List.copyOf(suppressed);
        endIds = Set.copyOf(endIds);
        if (maxNewTokens < 1 || beams < 1) {
            throw new IllegalArgumentException(
                    "GenerationRules: maxNewTokens and beams must be positive, got " + maxNewTokens + " and " + beams);
        }
        if (returned < 1 || returned > beams) {
            throw new IllegalArgumentException(
                    "GenerationRules: returned must be in [1, beams = " + beams + "], got " + returned);
        }
        if (!Double.isFinite(lengthPenalty) || earlyStopping == null) {
            throw new IllegalArgumentException(
                    "GenerationRules: lengthPenalty must be finite and earlyStopping given, got " + lengthPenalty
                            + " and " + earlyStopping);
        }
    }

    /**
     * The processors of these rules, in the order in which Hugging Face applies them.
     *
     * @param promptLength tokens before the first new one
     */
    List<ScoresProcessor> processors(int promptLength) {
        List<ScoresProcessor> processors = new ArrayList<>();
        if (repetitionPenalty != 1) {
            processors.add(new RepetitionPenalty(repetitionPenalty));
        }
        if (noRepeatNgramSize > 0) {
            processors.add(new NoRepeatedNgrams(noRepeatNgramSize));
        }
        if (!badWords.isEmpty()) {
            processors.add(new ForbiddenRuns(badWords.stream()
                    .map(word -> word.stream().mapToInt(Integer::intValue).toArray())
                    .toList()));
        }
        int shortest = Math.max(minLength, promptLength + minNewTokens);
        processors.add((sequence, scores) -> {
            if (sequence.length < shortest) {
                endIds.forEach(id -> scores[id] = Float.NEGATIVE_INFINITY);
            }
        });
        forced(processors, firstId, 1);
        forced(processors, lastId, promptLength + maxNewTokens - 1);
        processors.add((sequence, scores) -> suppressed.forEach(id -> scores[id] = Float.NEGATIVE_INFINITY));
        return processors;
    }

    /** Leaves one token, for sure, to sequences of a length. */
    private static void forced(List<ScoresProcessor> processors, int id, int length) {
        if (id >= 0) {
            processors.add((sequence, scores) -> {
                if (sequence.length == length) {
                    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
                    scores[id] = 0;
                }
            });
        }
    }

    /** Whether a sequence ends with this token as its n-th new one. */
    boolean ends(int token, int n) {
        return endIds.contains(token) || n == maxNewTokens;
    }
}

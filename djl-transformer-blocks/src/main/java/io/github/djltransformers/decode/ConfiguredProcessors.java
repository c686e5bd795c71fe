package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;

/** What a configuration changes scores by. */
final class ConfiguredProcessors {
    private ConfiguredProcessors() {}

    /**
     * What changes scores, and then what more does.
     *
     * @param promptLength tokens before the first new one
     */
    static List<ScoresProcessor> of(GenerationConfig config, int promptLength, List<ProcessorMaker> more) {
        List<ScoresProcessor> processors = of(config, promptLength);
        more.forEach(maker -> processors.add(maker.of(promptLength, config)));
        return processors;
    }

    /**
     * What changes scores, in the order in which Hugging Face applies them; empty where the model's scores stand.
     *
     * @param promptLength tokens before the first new one
     */
    static List<ScoresProcessor> of(GenerationConfig config, int promptLength) {
        List<ScoresProcessor> processors = new ArrayList<>();
        if (!config.tokenBias().isEmpty()) {
            processors.add(new TokenBias(config.tokenBias()));
        }
        if (config.repetitionPenalty() != 1) {
            processors.add(new RepetitionPenalty(config.repetitionPenalty()));
        }
        if (config.presencePenalty() != 0 || config.frequencyPenalty() != 0) {
            processors.add(new OccurrencePenalties(promptLength, config.presencePenalty(), config.frequencyPenalty()));
        }
        if (config.noRepeatNgramSize() > 0) {
            processors.add(new NoRepeatedNgrams(config.noRepeatNgramSize()));
        }
        if (!config.badWords().isEmpty()) {
            processors.add(new ForbiddenRuns(config.badWords().stream()
                    .map(word -> word.stream().mapToInt(Integer::intValue).toArray())
                    .toList()));
        }
        if (config.minLength() > 0 || config.minNewTokens() > 0) {
            processors.add(new EarliestEnd(
                    Math.max(config.minLength(), promptLength + config.minNewTokens()), config.endIds()));
        }
        if (config.firstId() >= 0) {
            processors.add(new ForcedToken(config.firstId(), 1));
        }
        if (config.lastId() >= 0) {
            processors.add(new ForcedToken(config.lastId(), promptLength + config.maxNewTokens() - 1));
        }
        if (!config.suppressed().isEmpty()) {
            processors.add(new SuppressedTokens(config.suppressed()));
        }
        return processors;
    }
}

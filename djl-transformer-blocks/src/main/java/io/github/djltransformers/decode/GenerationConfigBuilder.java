package io.github.djltransformers.decode;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the components of a {@link GenerationConfig}. */
public final class GenerationConfigBuilder {
    private int maxNewTokens = 20;
    private int maxLength = GenerationConfig.NO_LIMIT;
    private int minNewTokens;
    private int minLength;
    private int beams = 1;
    private int nBest = 1;
    private int beamGroups = 1;
    private double diversityPenalty;
    private double lengthPenalty = 1;
    private EarlyStopping earlyStopping = EarlyStopping.HEURISTIC;
    private Sampling sampling;
    private Contrast contrast;
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

    GenerationConfigBuilder() {}

    GenerationConfigBuilder(GenerationConfig config) {
        maxNewTokens = config.maxNewTokens();
        maxLength = config.maxLength();
        minNewTokens = config.minNewTokens();
        minLength = config.minLength();
        beams = config.beams();
        nBest = config.nBest();
        beamGroups = config.beamGroups();
        diversityPenalty = config.diversityPenalty();
        lengthPenalty = config.lengthPenalty();
        earlyStopping = config.earlyStopping();
        sampling = config.sampling();
        contrast = config.contrast();
        repetitionPenalty = config.repetitionPenalty();
        presencePenalty = config.presencePenalty();
        frequencyPenalty = config.frequencyPenalty();
        noRepeatNgramSize = config.noRepeatNgramSize();
        badWords = config.badWords();
        requiredPhrases = config.requiredPhrases();
        suppressed = config.suppressed();
        tokenBias = config.tokenBias();
        firstId = config.firstId();
        lastId = config.lastId();
        endIds = config.endIds();
    }

    /** Sets {@link GenerationConfig#maxNewTokens}. */
    public GenerationConfigBuilder optMaxNewTokens(int value) {
        maxNewTokens = value;
        return this;
    }

    /** Sets {@link GenerationConfig#maxLength}. */
    public GenerationConfigBuilder optMaxLength(int value) {
        maxLength = value;
        return this;
    }

    /** Sets {@link GenerationConfig#minNewTokens}. */
    public GenerationConfigBuilder optMinNewTokens(int value) {
        minNewTokens = value;
        return this;
    }

    /** Sets {@link GenerationConfig#minLength}. */
    public GenerationConfigBuilder optMinLength(int value) {
        minLength = value;
        return this;
    }

    /** Sets {@link GenerationConfig#beams}. */
    public GenerationConfigBuilder optBeams(int value) {
        beams = value;
        return this;
    }

    /** Sets {@link GenerationConfig#nBest}. */
    public GenerationConfigBuilder optNBest(int value) {
        nBest = value;
        return this;
    }

    /** Sets {@link GenerationConfig#beamGroups}. */
    public GenerationConfigBuilder optBeamGroups(int value) {
        beamGroups = value;
        return this;
    }

    /** Sets {@link GenerationConfig#diversityPenalty}. */
    public GenerationConfigBuilder optDiversityPenalty(double value) {
        diversityPenalty = value;
        return this;
    }

    /** Sets {@link GenerationConfig#lengthPenalty}. */
    public GenerationConfigBuilder optLengthPenalty(double value) {
        lengthPenalty = value;
        return this;
    }

    /** Sets {@link GenerationConfig#earlyStopping}. */
    public GenerationConfigBuilder optEarlyStopping(EarlyStopping value) {
        earlyStopping = value;
        return this;
    }

    /** Sets {@link GenerationConfig#sampling}. */
    public GenerationConfigBuilder optSampling(Sampling value) {
        sampling = value;
        return this;
    }

    /** Sets {@link GenerationConfig#contrast}. */
    public GenerationConfigBuilder optContrast(Contrast value) {
        contrast = value;
        return this;
    }

    /** Sets {@link GenerationConfig#presencePenalty}. */
    public GenerationConfigBuilder optPresencePenalty(double value) {
        presencePenalty = value;
        return this;
    }

    /** Sets {@link GenerationConfig#frequencyPenalty}. */
    public GenerationConfigBuilder optFrequencyPenalty(double value) {
        frequencyPenalty = value;
        return this;
    }

    /** Sets {@link GenerationConfig#tokenBias}. */
    public GenerationConfigBuilder optTokenBias(Map<Integer, Double> value) {
        tokenBias = value;
        return this;
    }

    /** Sets {@link GenerationConfig#repetitionPenalty}. */
    public GenerationConfigBuilder optRepetitionPenalty(double value) {
        repetitionPenalty = value;
        return this;
    }

    /** Sets {@link GenerationConfig#noRepeatNgramSize}. */
    public GenerationConfigBuilder optNoRepeatNgramSize(int value) {
        noRepeatNgramSize = value;
        return this;
    }

    /** Sets {@link GenerationConfig#badWords}. */
    public GenerationConfigBuilder optBadWords(List<List<Integer>> value) {
        badWords = value;
        return this;
    }

    /** Sets {@link GenerationConfig#requiredPhrases}. */
    public GenerationConfigBuilder optRequiredPhrases(List<RequiredPhrase> value) {
        requiredPhrases = value;
        return this;
    }

    /** Sets {@link GenerationConfig#suppressed}. */
    public GenerationConfigBuilder optSuppressed(List<Integer> value) {
        suppressed = value;
        return this;
    }

    /** Sets {@link GenerationConfig#firstId}. */
    public GenerationConfigBuilder optFirstId(int value) {
        firstId = value;
        return this;
    }

    /** Sets {@link GenerationConfig#lastId}. */
    public GenerationConfigBuilder optLastId(int value) {
        lastId = value;
        return this;
    }

    /** Sets {@link GenerationConfig#endIds}. */
    public GenerationConfigBuilder optEndIds(Set<Integer> value) {
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
                contrast,
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

package io.github.djltransformers.decode;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * How tokens are drawn. The distribution is that of the scores, processors included; it is sharpened or flattened by the
 * temperature, and then cut by each rule in the order of the components, what is left always summing to 1, as Hugging Face does.
 * Each component says the key of {@code generation_config.json} that it is.
 *
 * @param temperature {@code temperature}: by which scores are divided; below 1 favours likely tokens
 * @param topK {@code top_k}: the K likeliest tokens stay (Fan et al. 2018); 0 for all
 * @param topP {@code top_p}: the fewest likeliest tokens stay whose probabilities reach p (Holtzman et al. 2020); 1 for all
 * @param minP {@code min_p}: tokens stay that have p times the probability of the likeliest (Nguyen et al. 2024); 0 for all
 * @param typicalP {@code typical_p}: the tokens stay whose information is nearest to its mean, the entropy, the fewest that reach p
 *     (Meister et al. 2023); 1 for all
 * @param epsilonCutoff {@code epsilon_cutoff}: tokens stay that are as probable (Hewitt et al. 2022, section 4.2); 0 for all
 * @param etaCutoff {@code eta_cutoff}: tokens stay that have the probability {@code min(e, sqrt(e) exp(-entropy))} (there, section
 *     4.3); 0 for all
 * @param seed what is drawn is a function of it, of the input and of the number of the sample, on any engine and whatever else is
 *     in a batch; each input has one of its own where none is given
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        double epsilonCutoff,
        double etaCutoff,
        OptionalLong seed) {
    /** Draws from the model's own distribution. */
    public static final Sampling PLAIN = new Sampling(1, 0, 1, 0, 1, 0, 0, OptionalLong.empty());

    public Sampling {
        require(temperature > 0 && Double.isFinite(temperature), "temperature", "be positive", temperature);
        require(topK >= 0, "topK", "be at least 0", topK);
        require(topP > 0 && topP <= 1, "topP", "be in (0, 1]", topP);
        require(minP >= 0 && minP <= 1, "minP", "be in [0, 1]", minP);
        require(typicalP > 0 && typicalP <= 1, "typicalP", "be in (0, 1]", typicalP);
        require(epsilonCutoff >= 0 && epsilonCutoff < 1, "epsilonCutoff", "be in [0, 1)", epsilonCutoff);
        require(etaCutoff >= 0 && etaCutoff < 1, "etaCutoff", "be in [0, 1)", etaCutoff);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("Sampling: " + value + " must " + rule + ", got " + actual);
        }
    }

    /** The numbers that the samples of an input are drawn by, one source a sample. */
    List<Random> randoms(int samples) {
        long first = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong());
        return IntStream.range(0, samples)
                .mapToObj(sample -> new Random(mixed(first + sample)))
                .toList();
    }

    /** Neighbouring numbers made far from each other (the finaliser of MurmurHash3): Random's first draws of theirs are alike. */
    private static long mixed(long number) {
        long mixed = (number ^ number >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** This with another {@link #temperature}. */
    public Sampling withTemperature(double value) {
        return new Sampling(value, topK, topP, minP, typicalP, epsilonCutoff, etaCutoff, seed);
    }

    /** This with another {@link #topK}. */
    public Sampling withTopK(int value) {
        return new Sampling(temperature, value, topP, minP, typicalP, epsilonCutoff, etaCutoff, seed);
    }

    /** This with another {@link #topP}. */
    public Sampling withTopP(double value) {
        return new Sampling(temperature, topK, value, minP, typicalP, epsilonCutoff, etaCutoff, seed);
    }

    /** This with another {@link #minP}. */
    public Sampling withMinP(double value) {
        return new Sampling(temperature, topK, topP, value, typicalP, epsilonCutoff, etaCutoff, seed);
    }

    /** This with another {@link #typicalP}. */
    public Sampling withTypicalP(double value) {
        return new Sampling(temperature, topK, topP, minP, value, epsilonCutoff, etaCutoff, seed);
    }

    /** This with another {@link #epsilonCutoff}. */
    public Sampling withEpsilonCutoff(double value) {
        return new Sampling(temperature, topK, topP, minP, typicalP, value, etaCutoff, seed);
    }

    /** This with another {@link #etaCutoff}. */
    public Sampling withEtaCutoff(double value) {
        return new Sampling(temperature, topK, topP, minP, typicalP, epsilonCutoff, value, seed);
    }

    /** This with a {@link #seed}. */
    public Sampling withSeed(long value) {
        return new Sampling(temperature, topK, topP, minP, typicalP, epsilonCutoff, etaCutoff, OptionalLong.of(value));
    }
}

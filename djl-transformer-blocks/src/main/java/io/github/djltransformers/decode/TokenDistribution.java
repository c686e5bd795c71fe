package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The tokens that may be drawn for one row, likeliest first, with their probabilities. */
final class TokenDistribution {
    private int[] ranks;
    private double[] probabilities;

    /** The softmax of a row's scores over the temperature, cut by the rules. */
    TokenDistribution(Candidates candidates, int row, Sampling sampling) {
        int count = candidates.count();
        if (sampling.topK() > 0) {
            count = Math.min(count, sampling.topK());
        }
        ranks = IntStream.range(0, count).toArray();
        probabilities = new double[count];
        double best = candidates.score(row, 0);
        for (int rank = 0; rank < count; rank++) {
            probabilities[rank] = Math.exp((candidates.score(row, rank) - best) / sampling.temperature());
        }
        normalise();
        if (sampling.topP() < 1) {
            keep(reaching(sampling.topP()));
        }
        if (sampling.minP() > 0) {
            keep(atLeast(sampling.minP() * probabilities[0]));
        }
        if (sampling.typicalP() < 1) {
            keepTypical(sampling.typicalP());
        }
        if (sampling.epsilonCutoff() > 0) {
            keep(atLeast(sampling.epsilonCutoff()));
        }
        if (sampling.etaCutoff() > 0) {
            double eta = sampling.etaCutoff();
            keep(atLeast(Math.min(eta, Math.sqrt(eta) * Math.exp(-entropy()))));
        }
    }

    private void normalise() {
        double sum = Arrays.stream(probabilities).sum();
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
    }

    /** How many of the likeliest reach a mass. */
    private int reaching(double mass) {
        double sum = 0;
        int count = 0;
        while (count < probabilities.length && sum < mass) {
            sum += probabilities[count++];
        }
        return count;
    }

    /** How many are as probable. */
    private int atLeast(double probability) {
        int count = 0;
        while (count < probabilities.length && probabilities[count] >= probability) {
            count++;
        }
        return count;
    }

    /** Keeps the first, one at least. */
    private void keep(int count) {
        ranks = Arrays.copyOf(ranks, Math.max(1, count));
        probabilities = Arrays.copyOf(probabilities, ranks.length);
        normalise();
    }

    private double entropy() {
        return -Arrays.stream(probabilities)
                .filter(probability -> probability > 0)
                .map(probability -> probability * Math.log(probability))
                .sum();
    }

    private void keepTypical(double mass) {
        double entropy = entropy();
        double[] distance = Arrays.stream(probabilities)
                .map(probability -> Math.abs(-Math.log(probability) - entropy))
                .toArray();
        int[] nearest = IntStream.range(0, distance.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distance[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        int count = 0;
        while (count < nearest.length && sum < mass) {
            sum += probabilities[nearest[count++]];
        }
        int[] kept = Arrays.copyOf(nearest, count);
        Arrays.sort(kept); // likeliest first again
        ranks = Arrays.stream(kept).map(i -> ranks[i]).toArray();
        probabilities = Arrays.stream(kept).mapToDouble(i -> probabilities[i]).toArray();
        normalise();
    }

    /** The probability of each rank of the candidates that is left. */
    double probability(int rank) {
        int place = Arrays.binarySearch(ranks, rank);
        return place < 0 ? 0 : probabilities[place];
    }

    /**
     * The rank that a number draws.
     *
     * @param uniform in [0, 1)
     */
    int draw(double uniform) {
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            sum += probabilities[i];
            if (uniform < sum) {
                return ranks[i];
            }
        }
        return ranks[ranks.length - 1]; // the sum fell short of 1 by rounding
    }
}

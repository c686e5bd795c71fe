package io.github.djltransformers.text.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Cuts a corpus into batches of like lengths under a budget of tokens, anew for every epoch.
 *
 * <p>Pairs are sorted by the longer of their lengths, blurred by {@link BatchConfig#lengthNoise}, and within equal
 * ones by source length, alternately up and down so that neighbours stay alike; equal pairs come in random order. Then
 * a batch takes pairs until one more would break the budget, and the batches are shuffled. Seed and epoch determine
 * the result completely: to resume a run, ask for the same epoch and go on from the batch that was next.
 */
public final class TokenBatches {
    private static final int LENGTH_BITS = 16;
    private static final int LONGEST = (1 << LENGTH_BITS) - 1;
    private static final long EPOCH_FACTOR = 0xD1342543DE82EF95L;

    private final List<TokenizedPair> pairs;
    private final BatchConfig config;
    private final SequenceMarkers markers;

    /**
     * Prepares batches over a corpus.
     *
     * @param pairs the pairs; each is in exactly one batch of an epoch
     * @param config budget, noise and seed
     * @param markers the ids of padding, start and end
     * @throws IllegalArgumentException if there is no pair, or a pair alone is over the budget
     */
    public TokenBatches(List<TokenizedPair> pairs, BatchConfig config, SequenceMarkers markers) {
        this.pairs = List.copyOf(pairs);
        this.config = Objects.requireNonNull(config, "config");
        this.markers = Objects.requireNonNull(markers, "markers");
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("TokenBatches: pairs must have at least 1 element, got none");
        }
        for (int i = 0; i < this.pairs.size(); i++) {
            int length = longerLength(this.pairs.get(i));
            if (length > config.maximumTokens()) {
                throw new IllegalArgumentException("TokenBatches: every pair must fit into maximumTokens "
                        + config.maximumTokens() + ", got pair " + i + " of length " + length
                        + "; raise the budget or lower the length limit");
            }
        }
    }

    /**
     * Plans an epoch.
     *
     * @param epoch the number of the epoch, from 0
     * @return its batches
     * @throws IllegalArgumentException if the number is negative
     */
    public EpochBatches epoch(int epoch) {
        if (epoch < 0) {
            throw new IllegalArgumentException("TokenBatches: epoch must be at least 0, got " + epoch);
        }
        // The epoch is mixed in after a step of the generator: seeds that differ by its increment share one stream.
        long start = new SplittableRandom(config.seed()).nextLong() ^ epoch * EPOCH_FACTOR;
        SplittableRandom random = new SplittableRandom(start);
        int[][] batches = cut(sorted(random));
        shuffle(batches, random);
        return new EpochBatches(pairs, batches, markers);
    }

    private int[] sorted(SplittableRandom random) {
        int[] drawn = permutation(pairs.size(), random);
        long[] keys = new long[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            TokenizedPair pair = pairs.get(drawn[i]);
            double blur = 1 + config.lengthNoise() * (2 * random.nextDouble() - 1);
            long longer = Math.min(LONGEST, Math.round(longerLength(pair) * blur));
            long source = Math.min(LONGEST, pair.sourceLength());
            long within = longer % 2 == 0 ? source : LONGEST - source;
            keys[i] = (longer << LENGTH_BITS | within) << (Integer.SIZE - 1) | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys)
                .mapToInt(key -> drawn[(int) (key & Integer.MAX_VALUE)])
                .toArray();
    }

    private int[][] cut(int[] sorted) {
        int[][] batches = new int[sorted.length][];
        int count = 0;
        int first = 0;
        int longest = 0;
        for (int i = 0; i < sorted.length; i++) {
            int length = longerLength(pairs.get(sorted[i]));
            long tokens = (long) (i - first + 1) * Math.max(longest, length);
            if (tokens > config.maximumTokens()) {
                batches[count++] = Arrays.copyOfRange(sorted, first, i);
                first = i;
                longest = 0;
            }
            longest = Math.max(longest, length);
        }
        batches[count++] = Arrays.copyOfRange(sorted, first, sorted.length);
        return Arrays.copyOf(batches, count);
    }

    private static int[] permutation(int size, SplittableRandom random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    private static void shuffle(int[][] batches, SplittableRandom random) {
        for (int i = batches.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int[] batch = batches[i];
            batches[i] = batches[other];
            batches[other] = batch;
        }
    }

    private static int longerLength(TokenizedPair pair) {
        return Math.max(pair.sourceLength(), pair.targetLength());
    }
}

package io.github.djltransformers.benchmark;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Reading memory that no cache holds, by all cores: the rate that bounds whatever reads its weights anew each time. */
final class MemoryRate implements Workload {
    /** 256 MiB. */
    private static final int NUMBERS = 1 << 25;

    private final long[] numbers = new long[NUMBERS];
    private final int cores = Runtime.getRuntime().availableProcessors();
    private long sum;

    MemoryRate() {
        Arrays.fill(numbers, 1); // memory that was never written is one page of zeros
    }

    /** Bytes of one run. */
    double bytes() {
        return (double) Long.BYTES * NUMBERS;
    }

    @Override
    public void run() {
        int part = NUMBERS / cores;
        sum = IntStream.range(0, cores)
                .parallel()
                .mapToLong(core -> sum(core * part, core == cores - 1 ? NUMBERS : (core + 1) * part))
                .sum();
        if (sum != NUMBERS) {
            throw new IllegalStateException("MemoryRate: sum must be " + NUMBERS + ", got " + sum);
        }
    }

    private long sum(int from, int to) {
        long result = 0;
        for (int i = from; i < to; i++) {
            result += numbers[i];
        }
        return result;
    }
}

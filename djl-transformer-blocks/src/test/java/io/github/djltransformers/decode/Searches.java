package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Searches that tests make over batches of their own. */
public final class Searches {
    private Searches() {}

    /** What is found for each row of a fresh batch, from a start token. */
    public static List<List<GeneratedSequence>> run(DecodingBatch batch, GenerationConfig config, int startId) {
        int[] limits = new int[batch.rows()];
        Arrays.fill(limits, Integer.MAX_VALUE);
        return run(batch, config, startId, limits);
    }

    /** What is found with a limit for each row. */
    static List<List<GeneratedSequence>> run(DecodingBatch batch, GenerationConfig config, int startId, int... limits) {
        List<int[]> prompts = Collections.nCopies(batch.rows(), new int[] {startId});
        return new DecodingLoop(batch, config, List.of()).run(prompts, prompts, limits);
    }
}

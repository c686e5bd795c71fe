package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Takes the most probable token, again and again, until it is the end token. */
public final class GreedySearch implements SequenceSearch {
    private final GenerationConfig config;

    /**
     * @throws IllegalArgumentException for a configuration of several beams
     */
    public GreedySearch(GenerationConfig config) {
        if (config.beams() != 1) {
            throw new IllegalArgumentException("GreedySearch: beams must be 1, got " + config.beams());
        }
        this.config = config;
    }

    @Override
    public List<List<Hypothesis>> search(DecodingBatch batch, IntUnaryOperator limit) {
        List<List<Hypothesis>> results = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (int input = 0; input < batch.rows(); input++) {
            results.add(List.of());
            rows.add(new Row(input, config.withinLimit(limit.applyAsInt(input)), null, 0));
        }
        int[] tokens = new int[batch.rows()];
        Arrays.fill(tokens, config.startId());
        while (true) {
            Candidates next = batch.advance(tokens, 1);
            List<Row> going = new ArrayList<>();
            int[] goingRows = new int[rows.size()];
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                int token = next.token(i, 0);
                double logProbability = row.logProbability + next.logProb(i, 0);
                TokenChain chain = TokenChain.append(row.chain, token);
                if (row.config.finishes(token, chain.length())) {
                    results.set(row.input, List.of(config.finish(chain, logProbability)));
                } else {
                    goingRows[going.size()] = i;
                    going.add(new Row(row.input, row.config, chain, logProbability));
                }
            }
            if (going.isEmpty()) {
                return results;
            }
            batch.select(Arrays.copyOf(goingRows, going.size()));
            tokens = going.stream().mapToInt(row -> row.chain.token()).toArray();
            rows = going;
        }
    }

    /** A sequence in the making. */
    private record Row(int input, GenerationConfig config, TokenChain chain, double logProbability) {}
}

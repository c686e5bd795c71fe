package io.github.djltransformers.decode;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What {@link AddingProcessor}s take from the scores of a batch's rows. Of the best {@code count + n} tokens of a row, n of which are
 * lowered at most, {@code count} are as they were, so that no other token can be among the best {@code count} afterwards.
 */
final class LoweredScores {
    /** Where more candidates than these would be wanted, all logits are looked at. */
    private static final int MOST = 256;

    private final List<Map<Integer, Float>> rows;
    private final int most;

    private LoweredScores(List<Map<Integer, Float>> rows, int most) {
        this.rows = rows;
        this.most = most;
    }

    /**
     * A row's part.
     *
     * @return token: what is added; null where a processor does not say, or raises a score
     */
    static Map<Integer, Float> of(List<ScoresProcessor> processors, int... sequence) {
        Map<Integer, Float> added = new HashMap<>();
        for (ScoresProcessor processor : processors) {
            if (!(processor instanceof AddingProcessor adding)) {
                return null;
            }
            adding.additions(sequence, (token, amount) -> added.merge(token, amount, Float::sum));
        }
        return added.values().stream().allMatch(amount -> amount <= 0) ? added : null;
    }

    /**
     * Those of all rows.
     *
     * @param count how many candidates are wanted of each row
     * @return null where more have to be looked at than is worth it
     */
    static LoweredScores of(List<Map<Integer, Float>> rows, int count) {
        int most = rows.stream().mapToInt(Map::size).max().orElse(0);
        boolean all = count == Integer.MAX_VALUE || most > 0 && count > MOST - most;
        return all ? null : new LoweredScores(rows, most);
    }

    /** How many candidates more than are wanted must be found. */
    int more() {
        return most;
    }

    /** The best of candidates, by their scores with what is added. */
    Candidates best(Candidates found, int count) {
        if (most == 0) {
            return found;
        }
        int kept = Math.min(count, found.count());
        int[] tokens = new int[rows.size() * kept];
        float[] scores = new float[tokens.length];
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < rows.size(); i++) {
            int row = i;
            Map<Integer, Float> added = rows.get(row);
            float[] own = new float[found.count()];
            for (int rank = 0; rank < own.length; rank++) {
                own[rank] = found.score(row, rank) + added.getOrDefault(found.token(row, rank), 0f);
            }
            int[] ranks = IntStream.range(0, own.length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(rank -> -own[rank])
                            .thenComparing(rank -> found.token(row, rank)))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < kept; rank++) {
                int at = row * kept + rank;
                tokens[at] = found.token(row, ranks[rank]);
                scores[at] = own[ranks[rank]];
                logProbs[at] = found.logProb(row, ranks[rank]);
            }
        }
        return new Candidates(kept, tokens, scores, logProbs);
    }
}

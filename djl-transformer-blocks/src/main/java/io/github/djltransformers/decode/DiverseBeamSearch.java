package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Beam searches side by side, each keeping away from what those before it go on with in the same step: a token loses the penalty
 * for each beam that took it (Vijayakumar et al. 2018, with the Hamming dissimilarity of section 4).
 */
final class DiverseBeamSearch implements SequenceSearch {
    private final GenerationConfig config;
    private final List<BeamSearch> groups = new ArrayList<>();
    private boolean begun;

    DiverseBeamSearch(GenerationConfig config, int[] prompt) {
        this.config = config;
        int beams = config.beams() / config.beamGroups();
        GenerationConfig own = config.toBuilder()
                .optBeams(beams)
                .optNBest(beams)
                .optBeamGroups(1)
                .build();
        for (int i = 0; i < config.beamGroups(); i++) {
            groups.add(new BeamSearch(own, prompt));
        }
    }

    /** All groups begin in one row. */
    @Override
    public int rows() {
        return begun ? groups.stream().mapToInt(BeamSearch::rows).sum() : 1;
    }

    /** As many as a group looks at, and as many as may lose by the penalty. */
    @Override
    public int candidates() {
        return groups.get(0).candidates() + config.beams();
    }

    @Override
    public int[] sequence(int row) {
        int first = 0;
        for (BeamSearch group : groups) {
            if (row < first + group.rows()) {
                return group.sequence(row - first);
            }
            first += group.rows();
        }
        throw new IndexOutOfBoundsException("no such row: " + row);
    }

    @Override
    public List<Continuation> step(Candidates candidates, int firstRow) {
        List<Continuation> rows = new ArrayList<>();
        Map<Integer, Integer> taken = new HashMap<>();
        int row = firstRow;
        for (BeamSearch group : groups) {
            int count = group.rows();
            if (count > 0) {
                int from = begun ? row : firstRow;
                Candidates own = penalised(candidates, from, count, taken);
                for (Continuation next : group.step(own, 0)) {
                    taken.merge(next.token(), 1, Integer::sum);
                    rows.add(new Continuation(from + next.row(), next.token()));
                }
            }
            row += count;
        }
        begun = true;
        return rows;
    }

    private Candidates penalised(Candidates all, int from, int rows, Map<Integer, Integer> taken) {
        int kept = Math.min(all.count(), groups.get(0).candidates());
        int[] tokens = new int[rows * kept];
        float[] scores = new float[tokens.length];
        float[] logProbs = new float[tokens.length];
        float[] normalisers = new float[rows];
        for (int i = 0; i < rows; i++) {
            int row = from + i;
            normalisers[i] = all.normaliser(row);
            float[] own = new float[all.count()];
            for (int rank = 0; rank < own.length; rank++) {
                double penalty = config.diversityPenalty() * taken.getOrDefault(all.token(row, rank), 0);
                own[rank] = (float) (all.score(row, rank) - penalty);
            }
            int[] ranks = IntStream.range(0, own.length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(rank -> -own[rank])
                            .thenComparing(rank -> all.token(row, rank)))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < kept; rank++) {
                tokens[i * kept + rank] = all.token(row, ranks[rank]);
                scores[i * kept + rank] = own[ranks[rank]];
                logProbs[i * kept + rank] = all.logProb(row, ranks[rank]);
            }
        }
        return new Candidates(kept, tokens, scores, logProbs, normalisers);
    }

    @Override
    public List<GeneratedSequence> results() {
        return groups.stream()
                .flatMap(group -> group.results().stream())
                .sorted(Comparator.comparingDouble(GeneratedSequence::score).reversed())
                .limit(config.nBest())
                .toList();
    }
}

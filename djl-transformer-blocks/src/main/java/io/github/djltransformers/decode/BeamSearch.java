package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the K best unfinished sequences of an input (Graves 2012, "Sequence Transduction with Recurrent Neural Networks",
 * algorithm 1; with the length normalisation of {@link GenerationConfig#lengthPenalty}).
 *
 * <p>The rules are those of Hugging Face's {@code generate}: of the best K max(2, 1 + end tokens) extensions of a step, those
 * among the first K that end are finished and the first K that do not end are written on. When the search is done
 * {@link EarlyStopping} says. At the limit of length the first K are finished as they are. Equal extensions are ranked by
 * the rank of the sequence they extend, then by the lower id.
 */
final class BeamSearch implements SequenceSearch {
    private final GenerationConfig config;
    private final int[] prompt;
    private final FinishedBeams finished;
    private List<Beam> running = List.of(new Beam(null, 0, 0));
    private boolean done;

    /**
     * A sequence being written.
     *
     * @param chain its new tokens, null before the first
     * @param row the row of the candidates that it came from
     */
    private record Beam(TokenChain chain, double score, int row) {}

    BeamSearch(GenerationConfig config, int[] prompt) {
        this.config = config;
        this.prompt = prompt;
        finished = new FinishedBeams(config);
    }

    @Override
    public int rows() {
        return done ? 0 : running.size();
    }

    @Override
    public int candidates() {
        return Math.max(2, 1 + config.endIds().size()) * config.beams();
    }

    @Override
    public int[] sequence(int row) {
        return TokenChain.tokens(prompt, running.get(row).chain);
    }

    @Override
    public List<Continuation> step(Candidates candidates, int firstRow) {
        int beams = config.beams();
        List<Beam> next = new ArrayList<>(beams);
        int rank = 0;
        for (Beam extension : extensions(candidates, firstRow)) {
            if (config.ends(extension.chain.token(), extension.chain.length())) {
                if (rank < beams) {
                    finished.add(config.finished(extension.chain, extension.score));
                }
            } else if (next.size() < beams) {
                next.add(extension);
            }
            rank++;
        }
        running = next;
        done = running.isEmpty()
                || finished.suffice(running.get(0).score, running.get(0).chain.length());
        return done
                ? List.of()
                : running.stream()
                        .map(beam -> new Continuation(beam.row, beam.chain.token()))
                        .toList();
    }

    /** The best, best first; among equals that of the better sequence, then that of the lower id. */
    private List<Beam> extensions(Candidates candidates, int firstRow) {
        int wanted = candidates();
        List<Beam> best = new ArrayList<>(wanted + 1);
        for (int i = 0; i < running.size(); i++) {
            Beam beam = running.get(i);
            int row = firstRow + i;
            for (int rank = 0; rank < candidates.count(); rank++) {
                double score = beam.score + candidates.score(row, rank);
                boolean full = best.size() == wanted;
                double toBeat = full ? best.get(wanted - 1).score : Double.NEGATIVE_INFINITY;
                if (score <= toBeat) {
                    break; // the row's other candidates are no better
                }
                int at = best.size();
                while (at > 0 && best.get(at - 1).score < score) {
                    at--;
                }
                TokenChain chain =
                        TokenChain.append(beam.chain, candidates.token(row, rank), candidates.logProb(row, rank));
                best.add(at, new Beam(chain, score, row));
                if (full) {
                    best.remove(wanted);
                }
            }
        }
        return best;
    }

    @Override
    public List<GeneratedSequence> results() {
        return finished.best();
    }
}

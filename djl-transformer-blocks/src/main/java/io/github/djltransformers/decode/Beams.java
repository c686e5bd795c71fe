package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;

/** The beams of one input: sequences being written, each a row of the batch, and those finished. */
final class Beams {
    private final GenerationConfig config;
    private final List<Hypothesis> finished = new ArrayList<>(); // best first, at most K
    private List<Beam> running = List.of(new Beam(null, 0, 0));

    Beams(GenerationConfig config) {
        this.config = config;
    }

    /** The sequences being written, best first, in the order of their rows in the batch. */
    List<Beam> running() {
        return running;
    }

    /** The finished sequences, best first. */
    List<Hypothesis> best() {
        return finished.subList(0, Math.min(config.nBest(), finished.size()));
    }

    /**
     * Extends every sequence by a token. Of the best 2K extensions, the first K that end are finished, and the first K
     * that do not are written on; 2K are enough for that, since at most K of them end (one for each sequence).
     *
     * @param firstRow where the rows of this input begin in the candidates
     */
    void step(Candidates candidates, int firstRow) {
        int beams = config.beams();
        List<Beam> next = new ArrayList<>(beams);
        int rank = 0;
        for (Beam extension : extensions(candidates, firstRow)) {
            if (config.finishes(extension.chain.token(), extension.chain.length())) {
                if (rank < beams) {
                    finish(config.finish(extension.chain, extension.logProbability));
                }
            } else if (next.size() < beams) {
                next.add(extension);
            }
            rank++;
        }
        running = next;
    }

    /** The best 2K, best first; among equals that of the better sequence, then that of the lower id. */
    private List<Beam> extensions(Candidates candidates, int firstRow) {
        int wanted = 2 * config.beams();
        List<Beam> best = new ArrayList<>(wanted + 1);
        for (int i = 0; i < running.size(); i++) {
            Beam beam = running.get(i);
            int row = firstRow + i;
            for (int rank = 0; rank < candidates.count(); rank++) {
                double logProbability = beam.logProbability + candidates.logProb(row, rank);
                boolean full = best.size() == wanted;
                double toBeat = full ? best.get(wanted - 1).logProbability : Double.NEGATIVE_INFINITY;
                if (logProbability <= toBeat) {
                    break; // the row's other candidates are no better
                }
                int at = best.size();
                while (at > 0 && best.get(at - 1).logProbability < logProbability) {
                    at--;
                }
                TokenChain chain = TokenChain.append(beam.chain, candidates.token(row, rank));
                best.add(at, new Beam(chain, logProbability, row));
                if (full) {
                    best.remove(wanted);
                }
            }
        }
        return best;
    }

    private void finish(Hypothesis hypothesis) {
        int at = finished.size();
        while (at > 0 && finished.get(at - 1).score() < hypothesis.score()) {
            at--;
        }
        finished.add(at, hypothesis);
        if (finished.size() > config.beams()) {
            finished.remove(config.beams());
        }
    }

    /** Whether writing on is impossible, or not expected to give anything better. */
    boolean done() {
        if (running.isEmpty()) {
            return true;
        }
        if (finished.size() < config.beams()) {
            return false;
        }
        Beam best = running.get(0);
        return finished.get(config.beams() - 1).score() >= config.score(best.logProbability, best.chain.length());
    }

    /**
     * A sequence being written.
     *
     * @param chain its tokens, null before the first
     * @param row the row of the candidates that it came from
     */
    record Beam(TokenChain chain, double logProbability, int row) {}
}

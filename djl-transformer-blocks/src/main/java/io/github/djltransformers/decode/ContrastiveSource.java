package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes one sequence by {@link Contrast}. */
final class ContrastiveSource implements TokenSource {
    private final EagerDecodingBatch batch;
    private final GenerationConfig config;
    private final List<ScoresProcessor> processors;
    private final List<float[]> before = new ArrayList<>(); // of length 1 each
    private int[] sequence;
    private int[] unread; // null when all of the prompt is read
    private float[] logits;
    private TokenChain written;

    /**
     * @param batch of one row, which is closed with this
     * @param config with the limits of this sequence
     * @param given the last tokens of the prompt, which the batch has yet to read
     */
    ContrastiveSource(
            EagerDecodingBatch batch,
            GenerationConfig config,
            List<ScoresProcessor> processors,
            int[] given,
            int[] prompt) {
        this.batch = batch;
        this.config = config;
        this.processors = processors;
        unread = given;
        sequence = prompt;
    }

    @Override
    public boolean step() {
        if (unread != null) {
            EagerDecodingBatch.Reading reading = batch.readEach(unread);
            logits = reading.logits(unread.length - 1);
            for (int i = 0; i < unread.length; i++) {
                before.add(unit(reading.hidden(i)));
            }
            unread = null;
        }
        int size = logits.length;
        HostChoice.requireInVocabulary(config, size);
        int count = Math.min(config.contrast().topK(), size);
        HostChoice choice = new HostChoice(true, size, 1, count);
        choice.choose(VocabularyScores.ofLogits(logits, size), 0, sequence, processors);
        Candidates candidates = choice.candidates();
        int[] tokens = new int[count];
        Arrays.setAll(tokens, rank -> candidates.token(0, rank));
        // The model cannot read on from its last place, so that nothing is known of the candidates there.
        EagerDecodingBatch.Reading reading = null;
        int best = 0;
        if (batch.room() > 0) {
            batch.select(new int[count]);
            reading = batch.read(tokens);
            best = best(candidates, reading);
            batch.select(new int[] {best});
            before.add(unit(reading.hidden(best)));
            logits = reading.logits(best);
        }
        written = TokenChain.append(written, tokens[best], candidates.logProb(0, best));
        sequence = TokenChoice.append(sequence, tokens[best]);
        return !config.ends(tokens[best], written.length());
    }

    private int best(Candidates candidates, EagerDecodingBatch.Reading reading) {
        double alpha = config.contrast().alpha();
        double[] shares = shares(candidates);
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int rank = 0; rank < shares.length; rank++) {
            float[] own = unit(reading.hidden(rank));
            double likest = before.stream()
                    .mapToDouble(other -> product(own, other))
                    .max()
                    .orElse(0);
            double score = (1 - alpha) * shares[rank] - alpha * likest;
            if (score > most) {
                most = score;
                best = rank;
            }
        }
        return best;
    }

    /** The probability of each candidate among all tokens, processors included. */
    private double[] shares(Candidates candidates) {
        float[] processed = logits.clone();
        processors.forEach(processor -> processor.process(sequence, processed));
        double largest = candidates.score(0, 0);
        double sum = 0;
        for (float score : processed) {
            sum += Math.exp(score - largest);
        }
        double[] shares = new double[candidates.count()];
        for (int rank = 0; rank < shares.length; rank++) {
            shares[rank] = Math.exp(candidates.score(0, rank) - largest) / sum;
        }
        return shares;
    }

    private static float[] unit(float[] vector) {
        double norm = Math.sqrt(product(vector, vector));
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / norm);
        }
        return unit;
    }

    private static double product(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    @Override
    public int written() {
        return TokenChain.lengthOf(written);
    }

    @Override
    public GeneratedSequence first(int length) {
        return config.finished(TokenChain.first(written, length));
    }

    @Override
    public void close() {
        batch.close();
    }
}

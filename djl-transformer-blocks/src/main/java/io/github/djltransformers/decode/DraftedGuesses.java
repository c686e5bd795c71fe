package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** {@link DraftModel} for one sequence. */
final class DraftedGuesses implements Guesses {
    private final DecodingBatch batch;
    private final TokenChoice choice;
    private final Random random;
    private int[] read;

    /**
     * @param batch of one row, which is closed with this
     * @param read the tokens of the sequence that the batch has read
     */
    DraftedGuesses(DecodingBatch batch, TokenChoice choice, Random random, int... read) {
        this.batch = batch;
        this.choice = choice;
        this.random = random;
        this.read = read;
    }

    @Override
    public List<Guess> after(int[] sequence, int count) {
        int common = 0;
        while (common < Math.min(read.length, sequence.length - 1) && read[common] == sequence[common]) {
            common++;
        }
        batch.rewind(read.length - common);
        List<Guess> guesses = new ArrayList<>();
        int[] all = sequence;
        int next = common;
        while (guesses.size() < count && batch.room() > 0) {
            batch.advance(new int[] {all[next++]}, 1);
            if (next == all.length) {
                double[] shares = choice.shares(batch.scores(), 0, all);
                int token = TokenChoice.draw(shares, random.nextDouble());
                guesses.add(new Guess(token, shares));
                all = TokenChoice.append(all, token);
            }
        }
        read = Arrays.copyOf(all, next);
        return guesses;
    }

    @Override
    public void close() {
        batch.close();
    }
}

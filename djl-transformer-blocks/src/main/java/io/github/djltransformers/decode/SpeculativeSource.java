package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Writes one sequence, several tokens at a time: what was guessed is read in one pass, and stays as far as it is accepted. A guess
 * x drawn from q is accepted with the probability {@code min(1, p(x) / q(x))}, p what the model itself would draw from; where it
 * is not, a token drawn from {@code max(0, p - q)} takes its place, so that what is written is distributed as p says.
 */
final class SpeculativeSource implements TokenSource {
    private final EagerDecodingBatch batch;
    private final Guesses guesses;
    private final TokenChoice choice;
    private final GenerationConfig config;
    private final int most;
    private final Random random;
    private int[] sequence;
    private int[] unread;
    private TokenChain written;

    /**
     * @param batch of one row, which is closed with this, as guesses are
     * @param config with the limits of this sequence
     * @param most how many tokens are guessed at a time
     * @param given the last tokens of the prompt, which the batch has yet to read
     */
    SpeculativeSource(
            EagerDecodingBatch batch,
            Guesses guesses,
            TokenChoice choice,
            GenerationConfig config,
            int most,
            Random random,
            int[] given,
            int[] prompt) {
        this.batch = batch;
        this.guesses = guesses;
        this.choice = choice;
        this.config = config;
        this.most = most;
        this.random = random;
        unread = given;
        sequence = prompt;
    }

    @Override
    public boolean step() {
        int left = config.maxNewTokens() - written();
        List<Guesses.Guess> guessed = guesses.after(sequence, Math.min(most, left - 1));
        int[] read = IntStream.concat(Arrays.stream(unread), guessed.stream().mapToInt(Guesses.Guess::token))
                .toArray();
        VocabularyScores scores = VocabularyScores.ofLogits(batch.readEach(read).logits(), batch.vocabularySize());
        int row = unread.length - 1;
        boolean accepted = true;
        int count = 0;
        while (accepted && count <= guessed.size()) {
            Guesses.Guess guess = count < guessed.size() ? guessed.get(count) : null;
            double[] shares = choice.shares(scores, row + count, sequence);
            int token;
            accepted = guess != null && random.nextDouble() * guess.share(guess.token()) < shares[guess.token()];
            if (accepted) {
                token = guess.token();
            } else {
                token = TokenChoice.draw(guess == null ? shares : beyond(shares, guess), random.nextDouble());
            }
            written = TokenChain.append(written, token, scores.logProbs(row + count)[token]);
            sequence = TokenChoice.append(sequence, token);
            count++;
            if (config.ends(token, written.length())) {
                return false;
            }
        }
        batch.rewind(guessed.size() - count + 1);
        unread = new int[] {written.token()};
        return true;
    }

    /** What the model gives more than the guess was worth. */
    private static double[] beyond(double[] shares, Guesses.Guess guess) {
        double[] more = new double[shares.length];
        for (int token = 0; token < shares.length; token++) {
            more[token] = Math.max(0, shares[token] - guess.share(token));
        }
        return more;
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
        guesses.close();
        batch.close();
    }
}

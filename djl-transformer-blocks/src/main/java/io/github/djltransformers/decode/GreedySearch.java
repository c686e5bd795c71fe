package io.github.djltransformers.decode;

import java.util.List;

/** Takes the token of the highest score, the lower id among equals, again and again, until it ends the sequence. */
final class GreedySearch implements SequenceSearch {
    private final GenerationConfig config;
    private final int[] prompt;
    private TokenChain written;
    private boolean done;

    GreedySearch(GenerationConfig config, int[] prompt) {
        this.config = config;
        this.prompt = prompt;
    }

    @Override
    public int rows() {
        return done ? 0 : 1;
    }

    @Override
    public int candidates() {
        return 1;
    }

    @Override
    public int[] sequence(int row) {
        return TokenChain.tokens(prompt, written);
    }

    @Override
    public List<Continuation> step(Candidates candidates, int firstRow) {
        int token = candidates.token(firstRow, 0);
        written = TokenChain.append(written, token, candidates.logProb(firstRow, 0));
        done = config.ends(token, written.length());
        return done ? List.of() : List.of(new Continuation(firstRow, token));
    }

    @Override
    public List<GeneratedSequence> results() {
        return written == null ? List.of() : List.of(config.finished(written));
    }
}

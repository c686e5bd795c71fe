package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * A beam search whose sequences must have some phrases. Beside the best tokens those are tried that go on with a phrase; sequences
 * with equally many tokens of phrases compete with each other, and the beams are dealt out to all such groups in turn, those with
 * more first (Post and Vilar 2018, dynamic beam allocation). No sequence ends without its phrases, and where the limit
 * comes near, only tokens of phrases are left.
 */
final class PhraseBeamSearch implements SequenceSearch {
    private final GenerationConfig config;
    private final int[] prompt;
    private final FinishedBeams finished;
    private List<Beam> running;
    private boolean done;

    private record Beam(TokenChain chain, double score, int row, PhraseProgress progress) {}

    /**
     * @throws IllegalArgumentException if the phrases do not fit into the limit
     */
    PhraseBeamSearch(GenerationConfig config, int[] prompt) {
        this.config = config;
        this.prompt = prompt;
        finished = new FinishedBeams(config);
        PhraseProgress none = PhraseProgress.none(config.requiredPhrases());
        if (none.left() > config.maxNewTokens()) {
            throw new IllegalArgumentException("GenerationConfig: requiredPhrases must fit into maxNewTokens, which is "
                    + config.maxNewTokens() + ", got phrases of " + none.left() + " tokens");
        }
        running = List.of(new Beam(null, 0, 0, none));
    }

    @Override
    public int rows() {
        return done ? 0 : running.size();
    }

    /** Tokens of phrases may be of any rank. */
    @Override
    public int candidates() {
        return Integer.MAX_VALUE;
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
        for (Beam extension : inTurn(extensions(candidates, firstRow))) {
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
                || finished.suffice(best(running), running.get(0).chain.length());
        return done
                ? List.of()
                : running.stream()
                        .map(beam -> new Continuation(beam.row, beam.chain.token()))
                        .toList();
    }

    private static double best(List<Beam> beams) {
        return beams.stream().mapToDouble(Beam::score).max().orElseThrow();
    }

    /** The best of each row, and those that go on with a phrase. */
    private List<Beam> extensions(Candidates candidates, int firstRow) {
        int usual = Math.max(2, 1 + config.endIds().size()) * config.beams();
        List<Beam> extensions = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            Beam beam = running.get(i);
            int row = firstRow + i;
            Set<Integer> wanted = beam.progress.wanted();
            for (int rank = 0; rank < candidates.count(); rank++) {
                int token = candidates.token(row, rank);
                if (rank < usual || wanted.contains(token)) {
                    TokenChain chain = TokenChain.append(beam.chain, token, candidates.logProb(row, rank));
                    PhraseProgress progress = beam.progress.after(chain);
                    if (mayStand(chain, progress)) {
                        extensions.add(new Beam(chain, beam.score + candidates.score(row, rank), row, progress));
                    }
                }
            }
        }
        return extensions;
    }

    private boolean mayStand(TokenChain chain, PhraseProgress progress) {
        if (config.endIds().contains(chain.token())) {
            return progress.complete();
        }
        return progress.left() <= config.maxNewTokens() - chain.length();
    }

    /** The best of each group, that with the most tokens of phrases first, then the second best of each, and so on. */
    private static List<Beam> inTurn(List<Beam> extensions) {
        TreeMap<Integer, List<Beam>> groups = new TreeMap<>(Comparator.reverseOrder());
        extensions.stream()
                .sorted(Comparator.comparingDouble(Beam::score).reversed())
                .forEach(each -> groups.computeIfAbsent(each.progress.length(), absent -> new ArrayList<>())
                        .add(each));
        int longest = groups.values().stream().mapToInt(Collection::size).max().orElse(0);
        List<Beam> all = new ArrayList<>(extensions.size());
        for (int place = 0; place < longest; place++) {
            for (List<Beam> group : groups.values()) {
                if (place < group.size()) {
                    all.add(group.get(place));
                }
            }
        }
        return all;
    }

    @Override
    public List<GeneratedSequence> results() {
        return finished.best();
    }
}

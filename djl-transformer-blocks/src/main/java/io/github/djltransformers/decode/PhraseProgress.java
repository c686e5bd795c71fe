package io.github.djltransformers.decode;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which of the phrases that a sequence must have it has, and how far it is with another. */
final class PhraseProgress {
    private final List<RequiredPhrase> phrases;
    private final BitSet said;
    private final int[][] begun; // of each alternative of each phrase, how many of its tokens the sequence ends with

    private PhraseProgress(List<RequiredPhrase> phrases, BitSet said, int[][] begun) {
        this.phrases = phrases;
        this.said = said;
        this.begun = begun;
    }

    /** That of a sequence without tokens. */
    static PhraseProgress none(List<RequiredPhrase> phrases) {
        int[][] begun = phrases.stream()
                .map(phrase -> new int[phrase.alternatives().size()])
                .toArray(int[][]::new);
        return new PhraseProgress(phrases, new BitSet(), begun);
    }

    /** That of this sequence with one token more, the last of a chain. */
    PhraseProgress after(TokenChain chain) {
        BitSet more = (BitSet) said.clone();
        int[][] next = new int[begun.length][];
        for (int i = 0; i < next.length; i++) {
            List<List<Integer>> alternatives = phrases.get(i).alternatives();
            next[i] = new int[alternatives.size()];
            for (int j = 0; j < next[i].length; j++) {
                List<Integer> run = alternatives.get(j);
                int most = Math.min(run.size(), begun[i][j] + 1);
                while (most > 0 && !endsWith(chain, run, most)) {
                    most--;
                }
                next[i][j] = most;
                if (most == run.size()) {
                    more.set(i);
                }
            }
        }
        return new PhraseProgress(phrases, more, next);
    }

    private static boolean endsWith(TokenChain chain, List<Integer> run, int count) {
        TokenChain at = chain;
        for (int i = count - 1; i >= 0; i--) {
            if (at == null || at.token() != run.get(i)) {
                return false;
            }
            at = at.previous();
        }
        return true;
    }

    boolean complete() {
        return said.cardinality() == phrases.size();
    }

    /** The tokens that begin a phrase which is yet to be said, or go on with it. */
    Set<Integer> wanted() {
        Set<Integer> tokens = new TreeSet<>();
        for (int i = said.nextClearBit(0); i < begun.length; i = said.nextClearBit(i + 1)) {
            List<List<Integer>> alternatives = phrases.get(i).alternatives();
            for (int j = 0; j < alternatives.size(); j++) {
                tokens.add(alternatives.get(j).get(0));
                tokens.add(alternatives.get(j).get(begun[i][j]));
            }
        }
        return tokens;
    }

    /** How many tokens of phrases it has, those of one that it is in the middle of included. */
    int length() {
        int length = 0;
        int partial = 0;
        for (int i = 0; i < begun.length; i++) {
            if (said.get(i)) {
                length += phrases.get(i).longest();
            } else {
                for (int count : begun[i]) {
                    partial = Math.max(partial, count);
                }
            }
        }
        return length + partial;
    }

    /** In how many tokens it can have all. */
    int left() {
        int left = 0;
        int saved = 0;
        for (int i = said.nextClearBit(0); i < begun.length; i = said.nextClearBit(i + 1)) {
            RequiredPhrase phrase = phrases.get(i);
            left += phrase.shortest();
            for (int j = 0; j < begun[i].length; j++) {
                saved = Math.max(
                        saved, phrase.shortest() - phrase.alternatives().get(j).size() + begun[i][j]);
            }
        }
        return left - saved;
    }
}

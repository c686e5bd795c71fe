package io.github.djltransformers.text.tokenizer;

import io.github.djltransformers.text.tokenizer.BpeTrainer.SpeltWord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The merging itself. Each distinct word is kept once with its count; an index from pairs to words confines the work of
 * a merge to the words that hold the pair, and a queue gives the most frequent pair. A count in the queue may be too
 * high, because merges elsewhere used up occurrences, but never too low: an entry is checked when it comes up and goes
 * back with its true count if that has fallen. A pair that would spell a token which is there from the beginning, such
 * as a special one, is passed over.
 */
final class BpeMerging {
    private final List<String> tokens;
    private final int firstLearnt;
    private final Map<String, Integer> idOfToken = new HashMap<>();
    private final BpeTrainerConfig config;
    private final int[][] words;
    private final long[] wordCounts;
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

    BpeMerging(List<String> tokens, BpeTrainerConfig config, List<SpeltWord> spelt) {
        this.tokens = tokens;
        this.config = config;
        firstLearnt = tokens.size();
        for (int id = 0; id < tokens.size(); id++) {
            idOfToken.put(tokens.get(id), id);
        }
        words = new int[spelt.size()][];
        wordCounts = new long[spelt.size()];
        for (int w = 0; w < words.length; w++) {
            words[w] = spelt.get(w).symbols().stream().mapToInt(idOfToken::get).toArray();
            wordCounts[w] = spelt.get(w).count();
            for (int i = 0; i + 1 < words[w].length; i++) {
                count(w, words[w][i], words[w][i + 1]);
            }
        }
        pairs.forEach((key, pair) -> queue.add(new Candidate(pair.count, key)));
    }

    BpeModel learn() {
        Set<BpeMerge> merges = new LinkedHashSet<>();
        while (tokens.size() < config.vocabularySize()) {
            Candidate best = mostFrequent();
            if (best == null || best.count < config.minimumFrequency()) {
                break;
            }
            BpeMerge merge = new BpeMerge(tokens.get(left(best.key)), tokens.get(right(best.key)));
            boolean fits = config.alphabet().rules().characters(merge.result()) <= config.longest();
            if (fits && idOfToken.getOrDefault(merge.result(), firstLearnt) >= firstLearnt) {
                merges.add(merge);
                merge(best.key, idOf(merge.result()));
            }
        }
        return new BpeModel(config.alphabet(), tokens, List.copyOf(merges));
    }

    /**
     * Two different merges can spell the same token; it keeps the id that it got first. For the same reason a merged
     * pair can come up once more, which adds no second line to the merges.
     */
    private int idOf(String token) {
        return idOfToken.computeIfAbsent(token, t -> {
            tokens.add(t);
            return tokens.size() - 1;
        });
    }

    private Candidate mostFrequent() {
        while (!queue.isEmpty()) {
            Candidate candidate = queue.poll();
            long count = pairs.get(candidate.key).count;
            if (count == candidate.count) {
                return candidate;
            }
            if (count > 0) {
                queue.add(new Candidate(count, candidate.key));
            }
        }
        return null;
    }

    private void merge(long key, int merged) {
        Set<Long> grown = new HashSet<>();
        Pair pair = pairs.get(key);
        int[] holders = Arrays.copyOf(pair.words, pair.wordCount);
        for (int w : holders) {
            int[] before = words[w];
            int[] after = merged(before, key, merged);
            if (after.length == before.length) {
                continue;
            }
            for (int i = 0; i + 1 < before.length; i++) {
                pairs.get(key(before[i], before[i + 1])).count -= wordCounts[w];
            }
            for (int i = 0; i + 1 < after.length; i++) {
                if (after[i] == merged || after[i + 1] == merged) {
                    count(w, after[i], after[i + 1]);
                    grown.add(key(after[i], after[i + 1]));
                } else {
                    pairs.get(key(after[i], after[i + 1])).count += wordCounts[w];
                }
            }
            words[w] = after;
        }
        for (long each : grown) {
            queue.add(new Candidate(pairs.get(each).count, each));
        }
    }

    private static int[] merged(int[] symbols, long key, int merged) {
        int[] result = new int[symbols.length];
        int length = 0;
        for (int i = 0; i < symbols.length; i++) {
            boolean found = i + 1 < symbols.length && key(symbols[i], symbols[i + 1]) == key;
            result[length++] = found ? merged : symbols[i];
            if (found) {
                i++;
            }
        }
        return Arrays.copyOf(result, length);
    }

    private void count(int word, int left, int right) {
        Pair pair = pairs.computeIfAbsent(key(left, right), k -> new Pair());
        pair.count += wordCounts[word];
        pair.addWord(word);
    }

    private static long key(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private static int left(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    private static int right(long key) {
        return (int) key;
    }

    /** How often a pair occurs, and the words that hold it or once held it. */
    private static final class Pair {
        private long count;
        private int[] words = new int[1];
        private int wordCount;

        private void addWord(int word) {
            if (wordCount > 0 && words[wordCount - 1] == word) {
                return;
            }
            if (wordCount == words.length) {
                words = Arrays.copyOf(words, 2 * wordCount);
            }
            words[wordCount++] = word;
        }
    }

    /** A pair as it stood when it was put in the queue; its key orders equal counts by left id, then right id. */
    private record Candidate(long count, long key) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byCount = Long.compare(other.count, count);
            return byCount != 0 ? byCount : Long.compare(key, other.key);
        }
    }
}

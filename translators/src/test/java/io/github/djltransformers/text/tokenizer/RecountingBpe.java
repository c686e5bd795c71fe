package io.github.djltransformers.text.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Byte-level training as the paper's listing has it: every pair of the whole text counted anew for every merge. */
final class RecountingBpe {
    private RecountingBpe() {}

    static List<BpeMerge> merges(List<String> texts, int count) {
        List<String> tokens = new ArrayList<>(SpecialToken.texts());
        tokens.addAll(ByteSymbols.all());
        List<List<String>> words = new ArrayList<>();
        for (String text : texts) {
            BpeAlphabet.BYTE_LEVEL.rules().words(text, word -> words.add(new ArrayList<>(ByteSymbols.of(word))));
        }
        List<BpeMerge> merges = new ArrayList<>();
        while (merges.size() < count) {
            Map<BpeMerge, Integer> counts = new HashMap<>();
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(new BpeMerge(word.get(i), word.get(i + 1)), 1, Integer::sum);
                }
            }
            BpeMerge best = counts.keySet().stream()
                    .min(Comparator.comparing((BpeMerge pair) -> -counts.get(pair))
                            .thenComparing(pair -> tokens.indexOf(pair.left()))
                            .thenComparing(pair -> tokens.indexOf(pair.right())))
                    .orElseThrow();
            if (!merges.contains(best)) {
                merges.add(best);
            }
            if (!tokens.contains(best.result())) {
                tokens.add(best.result());
            }
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(best.left()) && word.get(i + 1).equals(best.right())) {
                        word.set(i, best.result());
                        word.remove(i + 1);
                    }
                }
            }
        }
        return merges;
    }
}

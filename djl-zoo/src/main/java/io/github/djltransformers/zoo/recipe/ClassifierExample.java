package io.github.djltransformers.zoo.recipe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text with what is to be told of it by each head.
 *
 * @param ofHeads null where nothing is known
 */
record ClassifierExample(String text, List<LabelledText> ofHeads) {
    /** Joins the texts of heads: those with the same words become one example, as often as each has them. */
    static List<ClassifierExample> join(List<List<LabelledText>> heads) {
        List<ClassifierExample> examples = new ArrayList<>();
        for (int head = 0; head < heads.size(); head++) {
            Map<String, Deque<Integer>> open = new HashMap<>();
            for (int i = 0; i < examples.size(); i++) {
                open.computeIfAbsent(examples.get(i).key(), key -> new ArrayDeque<>())
                        .add(i);
            }
            for (LabelledText text : heads.get(head)) {
                Deque<Integer> same = open.get(text.key());
                if (same == null || same.isEmpty()) {
                    List<LabelledText> known = new ArrayList<>(Collections.nCopies(heads.size(), null));
                    known.set(head, text);
                    examples.add(new ClassifierExample(text.text(), known));
                } else {
                    int place = same.remove();
                    examples.set(place, examples.get(place).with(head, text));
                }
            }
        }
        return examples;
    }

    private String key() {
        return ofHeads.stream()
                .filter(known -> known != null)
                .findFirst()
                .orElseThrow()
                .key();
    }

    private ClassifierExample with(int head, LabelledText known) {
        // A text with fewer blanks knows where none are written.
        String shorter = known.text().length() < text.length() ? known.text() : text;
        List<LabelledText> all = new ArrayList<>(ofHeads);
        all.set(head, known);
        all.replaceAll(each -> each == null ? null : each.within(shorter));
        return new ClassifierExample(shorter, all);
    }
}

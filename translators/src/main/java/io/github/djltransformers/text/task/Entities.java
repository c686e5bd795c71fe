package io.github.djltransformers.text.task;

import ai.djl.modality.nlp.translator.NamedEntity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Makes entities of tagged tokens, by the rules of Hugging Face's pipeline: classes with and without B- and I-, the class O left
 * out.
 */
final class Entities {
    private static final String OUTSIDE = "O";

    private final List<String> labels;
    private final Aggregation aggregation;
    private final TagPath path;

    Entities(List<String> labels, Aggregation aggregation) {
        this.labels = labels;
        this.aggregation = aggregation;
        path = new TagPath(labels);
    }

    NamedEntity[] of(String text, List<TaggedToken> tokens) {
        List<TaggedToken> parts = switch (aggregation) {
            case NONE, SIMPLE -> tokens;
            case WORD -> together(words(parted(text, tokens)));
            case FIRST, AVERAGE, MAX -> words(tokens);
        };
        List<NamedEntity> entities = new ArrayList<>();
        List<TaggedToken> group = new ArrayList<>();
        for (TaggedToken part : parts) {
            if (!group.isEmpty() && !continues(group.get(group.size() - 1), part)) {
                add(entities, text, group);
                group.clear();
            }
            group.add(part);
        }
        if (!group.isEmpty()) {
            add(entities, text, group);
        }
        return entities.toArray(NamedEntity[]::new);
    }

    private boolean continues(TaggedToken before, TaggedToken part) {
        String label = labels.get(part.best());
        return aggregation != Aggregation.NONE
                && (aggregation != Aggregation.WORD || label.startsWith("I-"))
                && !label.startsWith("B-")
                && type(label).equals(type(labels.get(before.best())));
    }

    private static String type(String label) {
        return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
    }

    private void add(List<NamedEntity> entities, String text, List<TaggedToken> group) {
        TaggedToken first = group.get(0);
        String label = labels.get(first.best());
        String name = aggregation == Aggregation.NONE ? label : label.substring(label.indexOf('-') + 1);
        if (name.equals(OUTSIDE)) {
            return;
        }
        double score = group.stream().mapToDouble(TaggedToken::score).average().orElse(0);
        int end = group.get(group.size() - 1).end();
        int start = first.start(); // where a vocabulary counts the blank before a word to it
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        entities.add(new NamedEntity(name, (float) score, first.index(), text.substring(start, end), start, end));
    }

    /** Words whose best classes are those of the likeliest path. */
    private List<TaggedToken> together(List<TaggedToken> words) {
        int[] best = path.best(words.stream()
                .map(word -> Arrays.stream(word.scores()).map(Math::log).toArray())
                .toList());
        List<TaggedToken> told = new ArrayList<>();
        for (int i = 0; i < best.length; i++) {
            TaggedToken word = words.get(i);
            double[] only = new double[labels.size()];
            only[best[i]] = word.scores()[best[i]];
            told.add(new TaggedToken(only, word.index(), word.start(), word.end(), false));
        }
        return told;
    }

    /** The tokens, told where they go on with a word by the characters of the text alone. */
    private static List<TaggedToken> parted(String text, List<TaggedToken> tokens) {
        List<TaggedToken> parted = new ArrayList<>();
        for (TaggedToken token : tokens) {
            int start = token.start();
            while (start < token.end() && Character.isWhitespace(text.charAt(start))) {
                start++;
            }
            if (start < token.end()) {
                boolean goesOn = start > 0 && sameWord(text.codePointBefore(start), text.codePointAt(start));
                parted.add(new TaggedToken(token.scores(), token.index(), start, token.end(), goesOn));
            }
        }
        return parted;
    }

    private static boolean sameWord(int before, int character) {
        boolean letter =
                Character.isLetterOrDigit(character) || Character.getType(character) == Character.NON_SPACING_MARK;
        return letter ? Character.isLetterOrDigit(before) : before == character;
    }

    private List<TaggedToken> words(List<TaggedToken> tokens) {
        List<TaggedToken> words = new ArrayList<>();
        List<TaggedToken> word = new ArrayList<>();
        for (TaggedToken token : tokens) {
            if (!token.subword() && !word.isEmpty()) {
                words.add(word(word));
                word.clear();
            }
            word.add(token);
        }
        if (!word.isEmpty()) {
            words.add(word(word));
        }
        return words;
    }

    private TaggedToken word(List<TaggedToken> tokens) {
        TaggedToken first = tokens.get(0);
        double[] scores = switch (aggregation) {
            case AVERAGE -> average(tokens);
            case MAX ->
                tokens.stream()
                        .max(Comparator.comparingDouble(TaggedToken::score))
                        .orElse(first)
                        .scores();
            default -> first.scores();
        };
        return new TaggedToken(
                scores,
                first.index(),
                first.start(),
                tokens.get(tokens.size() - 1).end(),
                false);
    }

    private static double[] average(List<TaggedToken> tokens) {
        double[] sum = new double[tokens.get(0).scores().length];
        for (TaggedToken token : tokens) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += token.scores()[i] / tokens.size();
            }
        }
        return sum;
    }
}

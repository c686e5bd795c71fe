package io.github.djltransformers.zoo.recipe;

import io.github.djltransformers.Text;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with what is to be told of it.
 *
 * @param words in order; the text alone where labels are the text's
 * @param labels as many as words where they are the words', else the text's
 * @param text has the words in it, with or without blanks between
 */
record LabelledText(List<String> words, List<String> labels, String text) {
    /** Where CoNLL-U says of a word that no blank is behind it. */
    private static final String NO_BLANK = "SpaceAfter=No";

    private static final Pattern SEVERAL = Pattern.compile("(\\d{1,9})-(\\d{1,9})");
    private static final Pattern NOT_WRITTEN = Pattern.compile("\\d+\\.\\d+");

    /** Words with blanks between. */
    static LabelledText of(List<String> words, List<String> labels) {
        return new LabelledText(words, labels, String.join(" ", words));
    }

    /** What texts with the same words have in common. */
    String key() {
        return String.join(" ", words);
    }

    /** The same within another text with the same words. */
    LabelledText within(String other) {
        return new LabelledText(words, labels, other);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if a line lacks a column, or a tag, naming it
     */
    static List<LabelledText> read(Path file, HeadCorpus corpus) throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        Sentence sentence = new Sentence();
        int number = 0;
        try (TextLines lines = TextLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                number++;
                String place = "line " + number + " of " + file;
                if (corpus.form() != HeadCorpus.Form.TAGGED_WORDS) {
                    add(texts, fields(line, corpus, place), corpus, place);
                } else if (line.isBlank()) {
                    sentence.end(texts);
                } else if (!line.startsWith("#")) {
                    sentence.add(fields(line, corpus, place), corpus);
                }
            }
        }
        sentence.end(texts);
        return texts;
    }

    private static String[] fields(String line, HeadCorpus corpus, String place) {
        int columns = Math.max(corpus.labelColumn(), corpus.textColumn()) + 1;
        String[] fields = line.split("\t", -1);
        if (fields.length < columns) {
            throw new IllegalArgumentException(
                    Text.format("LabelledText: %s must have %d columns, got %d", place, columns, fields.length));
        }
        return fields;
    }

    private static void add(List<LabelledText> texts, String[] fields, HeadCorpus corpus, String place) {
        String text = fields[corpus.textColumn()];
        String label = fields[corpus.labelColumn()];
        if (text.isBlank()) {
            return;
        }
        switch (corpus.form()) {
            case CLASS -> texts.add(of(List.of(text), List.of(label)));
            case CLASSES -> texts.add(of(List.of(text), label.isBlank() ? List.of() : List.of(label.split(", *"))));
            default -> {
                List<String> words = List.of(text.split(" "));
                List<String> tags = List.of(label.split(" "));
                if (words.size() != tags.size()) {
                    throw new IllegalArgumentException(Text.format(
                            "LabelledText: %s must have as many tags as words, which are %d, got %d",
                            place, words.size(), tags.size()));
                }
                texts.add(of(words, tags));
            }
        }
    }

    /** A sentence that is read word by word. */
    private static final class Sentence {
        private final List<String> words = new ArrayList<>();
        private final List<String> tags = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private int joined; // words to come that are written as one with the next
        private boolean joinedWithNext;

        /**
         * In CoNLL-U a line of several words in one has their numbers with a hyphen between, and says whether a blank is behind
         * the last of them; a line of a word that is not written has a point in its number.
         */
        void add(String[] fields, HeadCorpus corpus) {
            boolean blank = !fields[fields.length - 1].contains(NO_BLANK);
            Matcher several = SEVERAL.matcher(fields[0]);
            if (several.matches()) {
                joined = Integer.parseInt(several.group(2)) - Integer.parseInt(several.group(1)) + 1;
                joinedWithNext = !blank;
            } else if (!NOT_WRITTEN.matcher(fields[0]).matches()) {
                String word = fields[corpus.textColumn()];
                words.add(word);
                tags.add(fields[corpus.labelColumn()]);
                boolean behind = joined == 0 ? blank : joined == 1 && !joinedWithNext;
                joined = Math.max(0, joined - 1);
                text.append(word).append(behind ? " " : "");
            }
        }

        void end(List<LabelledText> texts) {
            if (!words.isEmpty()) {
                texts.add(new LabelledText(
                        List.copyOf(words), List.copyOf(tags), text.toString().strip()));
                words.clear();
                tags.clear();
                text.setLength(0);
                joined = 0;
            }
        }
    }

    private int[] starts() {
        int[] starts = new int[words.size()];
        int from = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.max(from, text.indexOf(words.get(i), from));
            from = starts[i] + words.get(i).length();
        }
        return starts;
    }

    /**
     * For each word the token that tells of it: the first that begins in it ("don't" is do and n't to a treebank, and may be don
     * and 't in tokens), or else the one that its first character is in, or -1 where it was cut off.
     */
    int[] firstTokens(TokenizedText tokens) {
        int[] starts = starts();
        int[] first = new int[starts.length];
        Arrays.fill(first, -1);
        int[] ofToken = wordOfToken(tokens);
        for (int i = ofToken.length - 1; i >= 0; i--) {
            if (ofToken[i] >= 0) {
                first[ofToken[i]] = i;
            }
        }
        int token = 0;
        for (int i = 0; i < first.length; i++) {
            while (token < tokens.length() && !covers(tokens, token, starts[i])) {
                token++;
            }
            if (token < tokens.length() && first[i] < 0) {
                first[i] = token;
            }
        }
        return first;
    }

    private static boolean covers(TokenizedText tokens, int token, int place) {
        return tokens.sequence(token) != TokenizedText.FRAME && tokens.end(token) > place;
    }

    /** For each token the word that its first character is of, blanks aside, or -1 for none. */
    int[] wordOfToken(TokenizedText tokens) {
        int[] starts = starts();
        int[] result = new int[tokens.length()];
        int word = 0;
        for (int i = 0; i < result.length; i++) {
            int start = tokens.start(i);
            while (start < tokens.end(i) && text.charAt(start) == ' ') {
                start++;
            }
            while (word < starts.length
                    && start >= starts[word] + words.get(word).length()) {
                word++;
            }
            boolean within = word < starts.length
                    && start >= starts[word]
                    && start < tokens.end(i)
                    && tokens.sequence(i) != TokenizedText.FRAME;
            result[i] = within ? word : -1;
        }
        return result;
    }
}

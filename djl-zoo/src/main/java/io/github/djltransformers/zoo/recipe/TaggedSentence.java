package io.github.djltransformers.zoo.recipe;

import io.github.djltransformers.Text;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Words with a tag each.
 *
 * @param words at least one
 * @param tags as many
 */
record TaggedSentence(List<String> words, List<String> tags) {
    /**
     * Reads a file with a word a line. Lines that begin with # are remarks; so are, in CoNLL-U, those of several words in one
     * and of words that are not written (their numbers have a hyphen or a point).
     *
     * @throws IllegalArgumentException if a line lacks a column, naming it
     */
    static List<TaggedSentence> read(Path file, int wordColumn, int tagColumn) throws IOException {
        List<TaggedSentence> sentences = new ArrayList<>();
        List<String> words = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        int number = 0;
        try (TextLines lines = TextLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                number++;
                if (line.isBlank()) {
                    add(sentences, words, tags);
                } else if (!line.startsWith("#")) {
                    String[] fields = line.split("\t", -1);
                    if (fields.length <= Math.max(wordColumn, tagColumn)) {
                        throw new IllegalArgumentException(Text.format(
                                "TaggedSentence: line %d of %s must have %d columns, got %d",
                                number, file, Math.max(wordColumn, tagColumn) + 1, fields.length));
                    }
                    if (!fields[0].matches("\\d+[-.]\\d+")) {
                        words.add(fields[wordColumn]);
                        tags.add(fields[tagColumn]);
                    }
                }
            }
        }
        add(sentences, words, tags);
        return sentences;
    }

    private static void add(List<TaggedSentence> sentences, List<String> words, List<String> tags) {
        if (!words.isEmpty()) {
            sentences.add(new TaggedSentence(List.copyOf(words), List.copyOf(tags)));
            words.clear();
            tags.clear();
        }
    }

    /** The words with blanks between. */
    String text() {
        return String.join(" ", words);
    }

    /** For each word the place of its first token, or -1 where it was cut off. */
    int[] firstTokens(TokenizedText tokens) {
        int[] first = new int[words.size()];
        Arrays.fill(first, -1);
        int[] each = wordOfToken(tokens);
        for (int i = each.length - 1; i >= 0; i--) {
            if (each[i] >= 0) {
                first[each[i]] = i;
            }
        }
        return first;
    }

    /** For each token the word that it is of, or -1 for none. */
    int[] wordOfToken(TokenizedText tokens) {
        int[] result = new int[tokens.length()];
        int word = 0;
        int begin = 0;
        for (int i = 0; i < result.length; i++) {
            while (word < words.size()
                    && tokens.end(i) > begin + words.get(word).length()) {
                begin += words.get(word).length() + 1;
                word++;
            }
            boolean within = word < words.size() && tokens.sequence(i) != TokenizedText.FRAME && tokens.end(i) > begin;
            result[i] = within ? word : -1;
        }
        return result;
    }
}

package io.github.djltransformers.text.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sentence pairs in memory, in the order of their file. Files are UTF-8, plain or gzip; invalid UTF-8 is an error and
 * never replaced. Blank sentences are kept, because line numbers of aligned files must go on matching;
 * {@link TokenizedCorpus} leaves them out.
 *
 * @param pairs the sentence pairs
 */
public record ParallelCorpus(List<SentencePair> pairs) {
    /** Copies the list. */
    public ParallelCorpus {
        pairs = List.copyOf(pairs);
    }

    /**
     * Reads lines of the form {@code source TAB target}.
     *
     * @param file the file
     * @return the corpus
     * @throws IOException if the file cannot be read or a line is not UTF-8
     * @throws IllegalArgumentException if a line has not exactly two columns
     */
    public static ParallelCorpus readTsv(Path file) throws IOException {
        List<SentencePair> pairs = new ArrayList<>();
        try (TextLines lines = TextLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                int tab = line.indexOf('\t');
                if (tab < 0 || line.indexOf('\t', tab + 1) >= 0) {
                    long columns = 1 + line.chars().filter(c -> c == '\t').count();
                    throw new IllegalArgumentException("ParallelCorpus: " + lines.place()
                            + " must have 2 columns separated by a tab, got " + columns);
                }
                pairs.add(new SentencePair(line.substring(0, tab), line.substring(tab + 1)));
            }
        }
        return new ParallelCorpus(pairs);
    }

    /**
     * Reads two files whose lines belong together.
     *
     * @param source the file of source sentences
     * @param target the file of their translations
     * @return the corpus
     * @throws IOException if a file cannot be read or a line is not UTF-8
     * @throws IllegalArgumentException if the files have different numbers of lines
     */
    public static ParallelCorpus readLines(Path source, Path target) throws IOException {
        List<SentencePair> pairs = new ArrayList<>();
        try (TextLines sources = TextLines.open(source);
                TextLines targets = TextLines.open(target)) {
            String left = sources.next();
            String right = targets.next();
            while (left != null && right != null) {
                pairs.add(new SentencePair(left, right));
                left = sources.next();
                right = targets.next();
            }
            if (left != null || right != null) {
                long sourceLines = pairs.size() + countFrom(left, sources);
                long targetLines = pairs.size() + countFrom(right, targets);
                throw new IllegalArgumentException(
                        "ParallelCorpus: source and target must have equally many lines, got " + sourceLines + " in "
                                + source + " and " + targetLines + " in " + target);
            }
        }
        return new ParallelCorpus(pairs);
    }

    private static long countFrom(String line, TextLines lines) throws IOException {
        long count = 0;
        for (String each = line; each != null; each = lines.next()) {
            count++;
        }
        return count;
    }

    /**
     * Returns the corpus for the opposite direction.
     *
     * @return the same pairs with source and target exchanged
     */
    public ParallelCorpus reversed() {
        return new ParallelCorpus(pairs.stream().map(SentencePair::reversed).toList());
    }
}

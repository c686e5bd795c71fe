package io.github.djltransformers.zoo.recipe;

import java.util.Map;

/**
 * What one head of a classifier learns from: files below the data folder, plain or gzipped, with tabs between columns.
 *
 * @param name of the head; empty where it is the only one
 * @param form of the files
 * @param train file to learn from
 * @param validation file to judge by
 * @param test file that the finished model is judged by; none where it is left out
 * @param textColumn the column of the text or the words, from 0
 * @param labelColumn the column of the labels, from 0
 */
public record HeadCorpus(
        String name, Form form, String train, String validation, String test, int textColumn, int labelColumn) {
    static final Map<String, Object> DEFAULTS = Map.of("name", "", "test", "");

    /** How files say what is to be told. */
    public enum Form {
        /** A text a line, with its class. */
        CLASS,
        /** A text a line, with its classes, commas between, or none. */
        CLASSES,
        /** A sentence a line, with blanks between its words and as many tags. */
        TAGGED_LINES,
        /**
         * A word a line, with its tag, and an empty line behind each sentence, as CoNLL-U and IOB2 have. Lines that begin with #
         * are remarks.
         */
        TAGGED_WORDS;

        /** Whether each word has a label, else the text. */
        boolean ofWords() {
            return this == TAGGED_LINES || this == TAGGED_WORDS;
        }
    }

    public HeadCorpus {
        require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
        require(
                labelColumn >= 0 && textColumn >= 0 && labelColumn != textColumn,
                "labelColumn and textColumn",
                "be two columns, from 0",
                labelColumn + " and " + textColumn);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("HeadCorpus: " + value + " must " + rule + ", got " + actual);
        }
    }
}

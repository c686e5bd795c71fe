package io.github.djltransformers.text.sentencepiece;

import java.util.Arrays;

/** A text made from another, each character with the place that it comes from. */
public final class AlignedText {
    private final String text;
    private final int[] starts;
    private final int[] ends;

    private AlignedText(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    /** The text that was made. */
    public String text() {
        return text;
    }

    /** Where what a character comes from begins in the first text, in Java's characters. */
    public int start(int place) {
        return starts[place];
    }

    /** Where what a character comes from ends. */
    public int end(int place) {
        return ends[place];
    }

    /** Writes a text. */
    static final class Builder {
        private final StringBuilder text;
        private int[] starts;
        private int[] ends;

        Builder(int capacity) {
            text = new StringBuilder(capacity);
            starts = new int[Math.max(16, capacity)];
            ends = new int[Math.max(16, capacity)];
        }

        boolean isEmpty() {
            return text.isEmpty();
        }

        void append(String part, int start, int end) {
            int from = text.length();
            text.append(part);
            if (text.length() > starts.length) {
                int room = 2 * text.length();
                starts = Arrays.copyOf(starts, room);
                ends = Arrays.copyOf(ends, room);
            }
            Arrays.fill(starts, from, text.length(), start);
            Arrays.fill(ends, from, text.length(), end);
        }

        AlignedText build() {
            return new AlignedText(text.toString(), starts, ends);
        }
    }
}

package io.github.djltransformers.text.tokenizer;

import io.github.djltransformers.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A text, or two, as tokens: ids for a model, and for each where in the text it comes from. */
public final class TokenizedText {
    private static final Logger LOGGER = LoggerFactory.getLogger(TokenizedText.class);

    /** The {@link #sequence} of a token of the frame. */
    public static final int FRAME = -1;

    private final int[] ids;
    private final int[] types;
    private final String[] tokens;
    private final int[] starts;
    private final int[] ends;
    private final int[] sequences;

    TokenizedText(int[] ids, int[] types, String[] tokens, int[] starts, int[] ends, int[] sequences) {
        this.ids = ids;
        this.types = types;
        this.tokens = tokens;
        this.starts = starts;
        this.ends = ends;
        this.sequences = sequences;
    }

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** A copy of the ids. */
    public int[] ids() {
        return ids.clone();
    }

    /** A copy of the types: in models that have them, 1 for the tokens of a second text, and else 0. */
    public int[] types() {
        return types.clone();
    }

    /** How the vocabulary spells the tokens. */
    public List<String> tokens() {
        return List.of(tokens);
    }

    /** Where a token begins in its text, an index of the Java String; 0 for one of the frame. */
    public int start(int place) {
        return starts[place];
    }

    /** Where a token ends in its text; 0 for one of the frame. */
    public int end(int place) {
        return ends[place];
    }

    /** The text that a token is of: 0, 1 for the second, or {@link #FRAME}. */
    public int sequence(int place) {
        return sequences[place];
    }

    /**
     * The same with fewer tokens of the texts, the frame whole; of two texts the longer one gives first.
     *
     * @param limit the greatest length
     * @return this where it is short enough
     * @throws IllegalArgumentException if the frame alone is longer
     */
    public TokenizedText cut(int limit) {
        if (length() <= limit) {
            return this;
        }
        int room = room(limit);
        LOGGER.debug("A text of {} tokens is cut to {}", length(), limit);
        int first = count(0);
        int second = count(1);
        int shorter = Math.min(first, second);
        int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
            shorter = room / 2;
            longer = shorter + room % 2;
        }
        boolean swapped = first > second;
        return select(0, swapped ? longer : shorter, 0, swapped ? shorter : longer);
    }

    /**
     * Windows over a long text, each with the frame; of two texts, the second is cut and the first is in each.
     *
     * @param limit the greatest length
     * @param stride how many tokens of the text each window shares with the one before
     * @return at least one
     * @throws IllegalArgumentException if the frame, a first text and the stride leave no room
     */
    public List<TokenizedText> windows(int limit, int stride) {
        int moving = count(1) > 0 ? 1 : 0;
        int fixed = count(1 - moving);
        int size = room(limit) - fixed;
        if (stride < 0 || size - stride < 1) {
            throw new IllegalArgumentException(Text.format(
                    "TokenizedText: stride must be from 0 to %d, the limit %d less all that is in each window, got %d",
                    size - 1, limit, stride));
        }
        int total = count(moving);
        List<TokenizedText> windows = new ArrayList<>();
        int from = 0;
        int to;
        do {
            to = Math.min(from + size, total);
            windows.add(moving == 0 ? select(from, to, 0, 0) : select(0, fixed, from, to));
            from += size - stride;
        } while (to < total);
        return windows;
    }

    private int room(int limit) {
        int frame = count(FRAME);
        if (limit < frame) {
            throw new IllegalArgumentException(Text.format(
                    "TokenizedText: limit must be at least the %d tokens of the frame, got %d", frame, limit));
        }
        return limit - frame;
    }

    private int count(int sequence) {
        return (int) Arrays.stream(sequences).filter(each -> each == sequence).count();
    }

    /** The frame, and of each text the tokens from one place to another. */
    private TokenizedText select(int firstFrom, int firstTo, int secondFrom, int secondTo) {
        int[] seen = new int[2];
        return at(IntStream.range(0, ids.length)
                .filter(i -> {
                    if (sequences[i] == FRAME) {
                        return true;
                    }
                    int place = seen[sequences[i]]++;
                    return sequences[i] == 0
                            ? place >= firstFrom && place < firstTo
                            : place >= secondFrom && place < secondTo;
                })
                .toArray());
    }

    private TokenizedText at(int[] places) {
        return new TokenizedText(
                Arrays.stream(places).map(i -> ids[i]).toArray(),
                Arrays.stream(places).map(i -> types[i]).toArray(),
                Arrays.stream(places).mapToObj(i -> tokens[i]).toArray(String[]::new),
                Arrays.stream(places).map(i -> starts[i]).toArray(),
                Arrays.stream(places).map(i -> ends[i]).toArray(),
                Arrays.stream(places).map(i -> sequences[i]).toArray());
    }

    /** The same with another token of the frame wherever it has one. */
    TokenizedText withFrameToken(int id, int otherId, String otherToken) {
        int[] otherIds = ids.clone();
        String[] otherTokens = tokens.clone();
        for (int i = 0; i < ids.length; i++) {
            if (sequences[i] == FRAME && ids[i] == id) {
                otherIds[i] = otherId;
                otherTokens[i] = otherToken;
            }
        }
        return new TokenizedText(otherIds, types, otherTokens, starts, ends, sequences);
    }
}

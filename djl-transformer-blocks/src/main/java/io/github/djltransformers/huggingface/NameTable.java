package io.github.djltransformers.huggingface;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a family's files keep the parameters of its blocks: lines of a parameter's name, a tensor's name and, where the two
 * differ in form, a layout.
 *
 * <pre>
 * embedding.weight                      embeddings.word_embeddings.weight
 * layers.*.self_attention.query         encoder.layer.*.attention.self.query
 * layers.*.self_attention.key           h.*.attn.c_attn                        part 1 of 3 transposed
 * classifier                            /classifier
 * -                                     /cls.predictions.decoder.*
 * </pre>
 *
 * <p>A star stands for a number, the same on both sides. A name may stand for all that begin with it; of several the longest counts, of equals the last. Tensors may have the
 * family's prefix or not, but for those after a slash, which never have it. Tensors after a dash are passed over: copies of
 * tied weights, buffers, and what only other heads use; there a star stands for anything. Names of parameters leave out
 * {@code body.}, and {@code encoder.} or {@code decoder.} where there is but one stack. Names between bars are those of one
 * tensor that a model uses in several places, of which a file has one or more.
 */
public final class NameTable {
    private static final Pattern LAYOUT = Pattern.compile("(?:part (\\d+) of (\\d+)( by heads)?)? ?(transposed)?");
    private static final Pattern COLUMNS = Pattern.compile(" {2,}|\\t+");
    private static final Pattern BEGINNING = Pattern.compile("^(body\\.)?((encoder|decoder)\\.)?");

    private final String prefix;
    private final boolean oneStack;
    private final int heads;
    private final List<Line> lines = new ArrayList<>();
    private final List<Pattern> passedOver = new ArrayList<>();

    private record Line(Pattern ours, String theirs, TensorLayout layout) {}

    /**
     * Where a parameter is found.
     *
     * @param candidates the names its tensor may have, first choice first
     */
    record Place(List<String> candidates, TensorLayout layout) {}

    private NameTable(String prefix, boolean oneStack, int heads) {
        this.prefix = prefix;
        this.oneStack = oneStack;
        this.heads = heads;
    }

    /**
     * The table of a model with one stack.
     *
     * @param prefix that names may begin with, with its dot, or empty
     * @param heads of fused projections that lie head by head
     * @param texts of lines
     */
    public static NameTable ofOneStack(String prefix, int heads, String... texts) {
        return new NameTable(prefix, true, heads).with(texts);
    }

    /** The table of a model with an encoder and a decoder. */
    public static NameTable ofTwoStacks(String prefix, String... texts) {
        return new NameTable(prefix, false, 1).with(texts);
    }

    private NameTable with(String... texts) {
        for (String text : texts) {
            text.lines().filter(line -> !line.isBlank()).forEach(line -> add(COLUMNS.split(line.strip())));
        }
        return this;
    }

    private void add(String... columns) {
        if (columns.length < 2 || columns.length > 3) {
            throw new IllegalArgumentException(
                    "NameTable: a line must have two or three columns, got " + String.join(" | ", columns));
        }
        if (columns[0].equals("-")) {
            boolean bare = columns[1].startsWith("/");
            String name = bare ? columns[1].substring(1) : columns[1];
            String optional = bare ? "" : "(" + Pattern.quote(prefix) + ")?";
            passedOver.add(Pattern.compile(optional + quoted(name, ".*")));
            return;
        }
        Pattern ours = Pattern.compile("^" + quoted(columns[0], "(\\d+)") + "(?=\\.|$)");
        lines.add(new Line(ours, columns[1], columns.length == 3 ? layout(columns[2]) : TensorLayout.WHOLE));
    }

    private static String quoted(String name, String star) {
        return Pattern.quote(name).replace("*", "\\E" + star + "\\Q");
    }

    private TensorLayout layout(String text) {
        Matcher matcher = LAYOUT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "NameTable: a layout must be 'part i of n [by heads] [transposed]', got '" + text + "'");
        }
        boolean parted = matcher.group(1) != null;
        return new TensorLayout(
                matcher.group(4) != null,
                parted ? Integer.parseInt(matcher.group(1)) : 0,
                parted ? Integer.parseInt(matcher.group(2)) : 1,
                matcher.group(3) == null ? 1 : heads);
    }

    /**
     * Where a parameter is found.
     *
     * @param parameter its name in the block
     * @throws IllegalStateException if the table has no line for it, which is the family's mistake
     */
    Place place(String parameter) {
        Match match = match(parameter);
        return new Place(candidates(match.theirs), match.layout);
    }

    /**
     * The name of a parameter's tensor in the class of Hugging Face that a checkpoint is of, whatever its file calls it.
     *
     * @param parameter its name in the block
     * @param head of the checkpoint; the base model is not within another and leaves out the prefix
     */
    String inClass(String parameter, Head head) {
        String theirs = match(parameter).theirs.replaceFirst("\\|.*", "");
        return theirs.startsWith("/") ? theirs.substring(1) : (head == Head.BASE ? "" : prefix) + theirs;
    }

    private record Match(String theirs, TensorLayout layout) {}

    private Match match(String parameter) {
        String ours = oneStack ? BEGINNING.matcher(parameter).replaceFirst("") : parameter.replaceFirst("^body\\.", "");
        Line best = null;
        int longest = -1;
        String theirs = null;
        for (Line line : lines) {
            Matcher matcher = line.ours.matcher(ours);
            if (matcher.find() && matcher.end() >= longest) {
                longest = matcher.end();
                best = line;
                String rest = ours.substring(matcher.end());
                theirs = (matcher.groupCount() == 0 ? line.theirs : line.theirs.replaceFirst("\\*", matcher.group(1)))
                        + rest;
            }
        }
        if (best == null) {
            throw new IllegalStateException("NameTable: parameter " + ours + " must have a line, got none");
        }
        return new Match(theirs, best.layout);
    }

    private List<String> candidates(String names) {
        return Arrays.stream(names.split("\\|"))
                .flatMap(each -> candidatesOf(each).stream())
                .distinct()
                .toList();
    }

    private List<String> candidatesOf(String theirs) {
        boolean bare = theirs.startsWith("/");
        String name = bare ? theirs.substring(1) : theirs;
        List<String> candidates = new ArrayList<>();
        for (String beginning : bare || prefix.isEmpty() ? List.of("") : List.of(prefix, "")) {
            candidates.add(beginning + name);
            // Names of files converted from TensorFlow.
            candidates.add(beginning + name.replaceFirst("\\.weight$", ".gamma").replaceFirst("\\.bias$", ".beta"));
        }
        return candidates;
    }

    /** Whether a tensor that no parameter asks for may be there. */
    boolean passesOver(String tensor) {
        return passedOver.stream().anyMatch(pattern -> pattern.matcher(tensor).matches());
    }
}

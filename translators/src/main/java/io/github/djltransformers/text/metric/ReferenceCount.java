package io.github.djltransformers.text.metric;

import io.github.djltransformers.LibraryVersion;
import io.github.djltransformers.Text;
import java.util.List;
import java.util.Objects;

/** Checks the lines of a corpus and counts their references: the part of a signature that depends on the texts. */
final class ReferenceCount {
    private static final int VARIABLE = -1;

    private final String metric;
    private long lines;
    private int perLine;

    ReferenceCount(String metric) {
        this.metric = metric;
    }

    /** Counts a line and returns its references without the missing ones. */
    List<String> present(String hypothesis, List<String> references) {
        if (hypothesis == null) {
            throw new IllegalArgumentException(
                    Text.format("%s: hypothesis must be a text, got null at line %d", metric, lines + 1));
        }
        List<String> present = references.stream().filter(Objects::nonNull).toList();
        if (present.isEmpty()) {
            throw new IllegalArgumentException(
                    Text.format("%s: references must hold at least one text, got none at line %d", metric, lines + 1));
        }
        if (lines == 0) {
            perLine = present.size();
        } else if (perLine != present.size()) {
            perLine = VARIABLE;
        }
        lines++;
        return present;
    }

    /** Completes a signature: the number of references before the configuration, the version behind it. */
    String signature(String configuration) {
        if (lines == 0) {
            throw new IllegalStateException(metric + ": add must be called before score, got no line");
        }
        return Text.format(
                "nrefs:%s|%s|version:djl-transformers-%s",
                perLine == VARIABLE ? "var" : perLine, configuration, LibraryVersion.value());
    }
}

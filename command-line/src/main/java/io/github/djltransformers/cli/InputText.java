package io.github.djltransformers.cli;

import io.github.djltransformers.text.data.TextLines;
import java.io.IOException;
import java.nio.file.Path;

/** Texts that commands read. */
final class InputText {
    /** The name of standard input. */
    static final String STANDARD_INPUT = "-";

    private InputText() {}

    /**
     * @param name a file's, or {@link #STANDARD_INPUT}
     */
    static TextLines open(String name) throws IOException {
        return name.equals(STANDARD_INPUT) ? TextLines.of("standard input", System.in) : TextLines.open(Path.of(name));
    }
}

package io.github.djltransformers.cli;

/** The output takes nothing more: whoever read it has had enough. */
final class ClosedOutputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClosedOutputException() {
        super("output must take every line, got it closed");
    }
}

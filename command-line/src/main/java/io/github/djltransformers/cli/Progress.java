package io.github.djltransformers.cli;

import io.github.djltransformers.Text;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A counter of lines that rewrites itself on a terminal. */
final class Progress {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter terminal;
    private final LongSupplier nanoTime;
    private final long start;
    private long shown;
    private long lines;

    private Progress(PrintWriter terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        shown = start;
    }

    /**
     * A counter on standard error where the property {@code djlt.terminal} is true, else one that shows nothing. Whoever
     * starts Java sets it: Java 17 itself tells of standard input and output together only.
     */
    static Progress onTerminal(PrintWriter standardError) {
        return new Progress(Boolean.getBoolean("djlt.terminal") ? standardError : null, System::nanoTime);
    }

    static Progress on(PrintWriter terminal, LongSupplier nanoTime) {
        return new Progress(terminal, nanoTime);
    }

    void add() {
        lines++;
        long now = nanoTime.getAsLong();
        if (terminal != null && now - shown >= INTERVAL) {
            shown = now;
            show(now);
        }
    }

    /** Leaves the last count standing. */
    void end() {
        if (terminal != null && shown != start) {
            show(nanoTime.getAsLong());
            terminal.println();
        }
    }

    private void show(long now) {
        terminal.print(Text.format("\r%d lines, %.1f lines/s", lines, lines / ((now - start) / SECOND)));
        terminal.flush();
    }
}

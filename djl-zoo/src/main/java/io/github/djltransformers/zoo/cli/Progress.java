package io.github.djltransformers.zoo.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

    /** A counter on standard error where that is a terminal, else one that shows nothing. */
    static Progress onTerminal(PrintWriter standardError) {
        return new Progress(isTerminal() ? standardError : null, System::nanoTime);
    }

    static Progress on(PrintWriter terminal, LongSupplier nanoTime) {
        return new Progress(terminal, nanoTime);
    }

    /** The platform tells of standard input and output together only; Linux shows where standard error goes. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
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
        terminal.print(String.format(Locale.ROOT, "\r%d lines, %.1f lines/s", lines, lines / ((now - start) / SECOND)));
        terminal.flush();
    }
}

package io.github.djltransformers.cli;

import io.github.djltransformers.Text;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;

/** Puts a failure into one line for people. */
final class Failure {
    private Failure() {}

    static String describe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return Text.format(
                        "Java's memory of %d MB must be larger for this, got %s; set DJLT_JAVA_OPTS=-Xmx%dm",
                        megabytes(), cause.getMessage(), 2 * Math.max(megabytes(), 128));
            }
        }
        if (failure instanceof ExceptionInInitializerError && failure.getCause() != null) {
            return describe(failure.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (failure instanceof FileSystemException denied && denied.getReason() == null) {
            // the message would be the bare path
            return denied.getFile() + ": " + denied.getClass().getSimpleName();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : oneLine(message);
    }

    private static long megabytes() {
        return Runtime.getRuntime().maxMemory() >> 20;
    }

    static String oneLine(String message) {
        return message.lines().map(String::strip).collect(Collectors.joining(" "));
    }
}

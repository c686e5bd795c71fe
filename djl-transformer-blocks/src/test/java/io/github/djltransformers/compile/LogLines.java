package io.github.djltransformers.compile;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;
import org.slf4j.spi.LocationAwareLogger;

/** The lines of level INFO and above that {@link CompiledExecution} logs while this is open, without time and thread. */
final class LogLines implements AutoCloseable {
    private static final String NAME = CompiledExecution.class.getName();

    private final SimpleLogger logger = (SimpleLogger) LoggerFactory.getLogger(NAME);
    private final int level = level();
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    LogLines() {
        setLevel(LocationAwareLogger.INFO_INT);
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    List<String> lines() {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(NAME))
                .map(line ->
                        line.substring(line.indexOf(NAME) - "INFO ".length()).replace(NAME + " - ", ""))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        setLevel(level);
    }

    private int level() {
        try {
            return field().getInt(logger);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** Fixed when the logger is made, but for this. */
    private void setLevel(int wanted) {
        try {
            field().setInt(logger, wanted);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Field field() {
        try {
            Field field = SimpleLogger.class.getDeclaredField("currentLogLevel");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }
}

package io.github.djltransformers.text.chat;

import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.Duration;
import java.time.ZonedDateTime;

/** One rendering of a template on this thread: how long it may take, and why it was given up. */
final class TemplateRun implements AutoCloseable {
    private static final ThreadLocal<TemplateRun> CURRENT = new ThreadLocal<>();

    private final long deadline;
    private String refusal;
    private boolean expired;

    private TemplateRun(Duration most) {
        deadline = System.nanoTime() + most.toNanos();
    }

    static TemplateRun start(Duration most) {
        TemplateRun run = new TemplateRun(most);
        CURRENT.set(run);
        return run;
    }

    static TemplateRun current() {
        return CURRENT.get();
    }

    /** Called before each part of a template. */
    void goOn() {
        if (refusal != null) {
            throw new IllegalStateException(refusal);
        }
        if (System.nanoTime() > deadline) {
            expired = true;
            throw new IllegalStateException("out of time");
        }
    }

    /** What the template said when it refused the conversation, or null. */
    String refusal() {
        return refusal;
    }

    boolean isExpired() {
        return expired;
    }

    @Override
    public void close() {
        CURRENT.remove();
    }

    /** The template's {@code raise_exception}. */
    public static Object raiseException(Object message) {
        current().refusal = String.valueOf(message);
        throw new IllegalStateException(current().refusal);
    }

    /** The template's {@code strftime_now}: now, in Python's format. */
    public static String timeNow(String format) {
        return StrftimeFormatter.format(ZonedDateTime.now(), format);
    }
}

package io.github.djltransformers.run;

import java.time.Duration;

/** Speed since the last report and the time that is left. */
final class ProgressClock {
    private long started;
    private long reported;
    private int firstStep;

    void start(int step) {
        started = System.nanoTime();
        reported = started;
        firstStep = step;
    }

    double tokensPerSecond(long tokens) {
        long now = System.nanoTime();
        double speed = tokens * 1e9 / (now - reported);
        reported = now;
        return speed;
    }

    String left(int step, int steps) {
        double each = (System.nanoTime() - started) / 1e9 / (step - firstStep);
        Duration left = Duration.ofSeconds((long) (each * (steps - step)));
        return left.toHours() > 0
                ? String.format("%d h %02d min", left.toHours(), left.toMinutesPart())
                : String.format("%d min %02d s", left.toMinutes(), left.toSecondsPart());
    }
}

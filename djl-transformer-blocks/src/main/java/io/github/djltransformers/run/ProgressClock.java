package io.github.djltransformers.run;

import io.github.djltransformers.Text;
import java.time.Duration;

/** Speed since the last report and the time that is left. */
final class ProgressClock {
    private long started;
    private long reported;
    private int firstStep;
    private long carried;

    /**
     * @param tokens of the interval being counted that an earlier process saw
     */
    void start(int step, long tokens) {
        started = System.nanoTime();
        reported = started;
        firstStep = step;
        carried = tokens;
    }

    double tokensPerSecond(long tokens) {
        long now = System.nanoTime();
        double speed = (tokens - carried) * 1e9 / (now - reported);
        reported = now;
        carried = 0;
        return speed;
    }

    String left(int step, int steps) {
        double each = (System.nanoTime() - started) / 1e9 / (step - firstStep);
        Duration left = Duration.ofSeconds((long) (each * (steps - step)));
        return left.toHours() > 0
                ? Text.format("%d h %02d min", left.toHours(), left.toMinutesPart())
                : Text.format("%d min %02d s", left.toMinutes(), left.toSecondsPart());
    }
}

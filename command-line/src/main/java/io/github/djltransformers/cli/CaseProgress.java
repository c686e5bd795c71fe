package io.github.djltransformers.cli;

import io.github.djltransformers.Text;
import io.github.djltransformers.benchmark.BenchmarkCase;
import io.github.djltransformers.benchmark.Work;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says which case is measured, and from the time of those before how long the rest may take. */
final class CaseProgress {
    /** What every case takes however small it is, in FLOPs of matrix products. */
    private static final double LEAST = 1e10;

    private static final double MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private final List<BenchmarkCase> cases;
    private final long start;
    private int begun;

    CaseProgress(PrintWriter err, LongSupplier nanoTime, List<BenchmarkCase> cases) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.cases = cases;
        start = nanoTime.getAsLong();
    }

    /** Tells of the next case. */
    void begin(BenchmarkCase next) {
        String left = "";
        if (begun > 0) {
            double done = weight(cases.subList(0, begun));
            double minutes =
                    (nanoTime.getAsLong() - start) / MINUTE * weight(cases.subList(begun, cases.size())) / done;
            left = Text.format(", about %d min left", (long) Math.ceil(minutes));
        }
        begun++;
        err.printf(Locale.ROOT, "%d/%d %s%s%n", begun, cases.size(), next.name(), left);
        err.flush();
    }

    private static double weight(List<BenchmarkCase> some) {
        return some.stream().mapToDouble(each -> weight(each.work())).sum();
    }

    private static double weight(Work work) {
        return LEAST + (work.cost() == null ? LEAST : work.cost().matmulFlops());
    }
}

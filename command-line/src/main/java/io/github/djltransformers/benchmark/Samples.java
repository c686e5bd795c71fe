package io.github.djltransformers.benchmark;

import java.util.ArrayList;
import java.util.List;

/** The times of one workload, taken a round at a time. */
final class Samples {
    private static final double SECOND = 1e9;

    private final Workload workload;
    private final int runs;
    private final int rounds;
    private final List<Double> seconds = new ArrayList<>();

    private Samples(Workload workload, int runs, int rounds) {
        this.workload = workload;
        this.runs = runs;
        this.rounds = rounds;
    }

    /**
     * Warms a workload up and finds how often it must run to fill a sample.
     *
     * @throws UnsupportedOperationException with the reason, if it turns out to be something else than it says
     */
    static Samples warmedUp(Workload workload, Pace pace) throws Exception {
        double last = time(workload, 1);
        String refusal = workload.refusal().orElse(null);
        if (refusal != null) {
            throw new UnsupportedOperationException(refusal);
        }
        double spent = last;
        for (int i = 1; (i < Pace.WARM_UP_RUNS || spent < pace.sampleSeconds()) && last < Pace.SLOW_SECONDS; i++) {
            last = time(workload, 1);
            spent += last;
        }
        int rounds = last < Pace.SLOW_SECONDS ? pace.rounds() : Math.min(pace.rounds(), Pace.SLOW_ROUNDS);
        return new Samples(workload, (int) Math.ceil(pace.sampleSeconds() / Math.max(last, 1 / SECOND)), rounds);
    }

    /** Takes a sample unless there are enough. */
    void take() throws Exception {
        if (seconds.size() < rounds) {
            seconds.add(time(workload, runs));
        }
    }

    /** Seconds of one run. */
    List<Double> seconds() {
        return List.copyOf(seconds);
    }

    private static double time(Workload workload, int runs) throws Exception {
        long spent = 0;
        for (int i = 0; i < runs; i++) {
            workload.prepare();
            long start = System.nanoTime();
            workload.run();
            spent += System.nanoTime() - start;
        }
        return spent / SECOND / runs;
    }
}

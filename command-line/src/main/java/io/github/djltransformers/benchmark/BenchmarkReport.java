package io.github.djltransformers.benchmark;

import java.util.List;
import java.util.OptionalLong;

/**
 * All that a benchmark found.
 *
 * @param peakMemory of the process from beginning to end, in bytes, where the system tells
 */
public record BenchmarkReport(Machine machine, Pace pace, List<CaseResult> cases, OptionalLong peakMemory) {
    /** A report of cases just measured. */
    public static BenchmarkReport of(Machine machine, Pace pace, List<CaseResult> cases) {
        OptionalLong highest = cases.stream()
                .map(CaseResult::peakMemory)
                .flatMapToLong(OptionalLong::stream)
                .max();
        // Where no case has its own peak, the process was never told to begin anew.
        OptionalLong peak = highest.isPresent() ? highest : PeakMemory.bytes();
        return new BenchmarkReport(machine, pace, List.copyOf(cases), peak);
    }

    /** Whether any variant has a time. */
    public boolean measuredAnything() {
        return cases.stream().flatMap(each -> each.measurements().stream()).anyMatch(Measurement::measured);
    }
}

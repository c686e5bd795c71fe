package io.github.djltransformers.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What came of a case.
 *
 * @param matmulRates of each engine, in FLOP a second, measured in the same rounds
 * @param memoryRate in bytes read a second, measured in the same rounds, where the case's work says what it must read
 * @param peakMemory of the process during the case, in bytes, where the system tells
 */
public record CaseResult(
        String name,
        Work work,
        List<Measurement> measurements,
        Map<String, Double> matmulRates,
        OptionalDouble memoryRate,
        OptionalLong peakMemory) {
    public CaseResult {
        measurements = List.copyOf(measurements);
        matmulRates = Map.copyOf(matmulRates);
    }

    /** The time of the same engine's reference over this time: how many times as fast this variant is. */
    public OptionalDouble timesAsFastAs(Mode reference, Measurement measurement) {
        Optional<Measurement> other = measurements.stream()
                .filter(candidate -> candidate.variant().mode() == reference
                        && candidate
                                .variant()
                                .engine()
                                .equals(measurement.variant().engine())
                        && candidate.measured())
                .findFirst();
        return other.isPresent() && measurement.measured()
                ? OptionalDouble.of(
                        other.get().seconds().median() / measurement.seconds().median())
                : OptionalDouble.empty();
    }

    /** Items a second. */
    public double speed(Measurement measurement) {
        return work.items() / measurement.seconds().median();
    }

    /**
     * The seconds that the matrix products alone take at the engine's measured float32 rate; a smaller arithmetic may go
     * below it.
     */
    public OptionalDouble floorSeconds(Measurement measurement) {
        Double rate = matmulRates.get(measurement.variant().engine());
        return rate == null || work.cost() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(work.cost().matmulFlops() / rate);
    }

    /** {@link #floorSeconds} over the time taken: 1 is the machine's rate of matrix products, all else for nothing. */
    public OptionalDouble floorShare(Measurement measurement) {
        OptionalDouble floor = floorSeconds(measurement);
        return floor.isPresent() && measurement.measured()
                ? OptionalDouble.of(floor.getAsDouble() / measurement.seconds().median())
                : OptionalDouble.empty();
    }

    /** The bytes that an item must read from memory. */
    public OptionalDouble bytesPerItem(Measurement measurement) {
        return work.reads() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(work.reads().bytes(measurement.variant().precision()) / work.items());
    }

    /** Those bytes a second over the memory's rate: 1 is memory read at full speed, all else for nothing. */
    public OptionalDouble memoryShare(Measurement measurement) {
        return work.reads() == null || memoryRate.isEmpty() || !measurement.measured()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        bytesPerItem(measurement).getAsDouble() * speed(measurement) / memoryRate.getAsDouble());
    }

    /** Bytes a second, counted as {@link io.github.djltransformers.ops.Cost} does: of float32, each read and write once. */
    public OptionalDouble bytesPerSecond(Measurement measurement) {
        return work.cost() == null || !measurement.measured()
                ? OptionalDouble.empty()
                : OptionalDouble.of(work.cost().bytes() / measurement.seconds().median());
    }
}

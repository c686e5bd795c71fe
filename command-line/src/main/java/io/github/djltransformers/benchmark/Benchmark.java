package io.github.djltransformers.benchmark;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Measures cases. In each round every variant of a case is measured once, and each engine's matrix product with them. A
 * variant that fails gives its reason and does not disturb the others. Engines run on their default device.
 */
public final class Benchmark {
    private final List<String> engines;
    private final List<Precision> precisions;
    private final Pace pace;

    /**
     * @param engines names of engines on the class path
     * @param precisions of compiled programs
     */
    public Benchmark(List<String> engines, List<Precision> precisions, Pace pace) {
        this.engines = List.copyOf(engines);
        this.precisions = List.copyOf(precisions);
        this.pace = pace;
    }

    /** Measures one case. */
    public CaseResult run(BenchmarkCase benchmarkCase) {
        boolean reset = PeakMemory.reset();
        Map<Variant, Samples> samples = new LinkedHashMap<>();
        Map<Variant, String> reasons = new LinkedHashMap<>();
        Map<String, Double> rates = new LinkedHashMap<>();
        List<AutoCloseable> opened = new ArrayList<>();
        OptionalDouble memoryRate = OptionalDouble.empty();
        try {
            Map<MatmulRate, Samples> matmuls = new LinkedHashMap<>();
            for (String engine : engines) {
                open(engine, benchmarkCase, opened, samples, reasons, matmuls);
            }
            MemoryRate memory = benchmarkCase.work().reads() == null ? null : new MemoryRate();
            Samples memories = memory == null ? null : Samples.warmedUp(memory, pace);
            for (int round = 0; round < pace.rounds(); round++) {
                take(samples, reasons);
                if (memories != null) {
                    memories.take();
                }
                for (Samples matmul : matmuls.values()) {
                    matmul.take();
                }
            }
            matmuls.forEach((matmul, taken) -> rates.put(matmul.engine(), matmul.flops() / median(taken)));
            if (memories != null) {
                memoryRate = OptionalDouble.of(memory.bytes() / median(memories));
            }
        } catch (Exception e) {
            throw new IllegalStateException("Benchmark: the matrix product must run, got " + e, e);
        } finally {
            close(opened);
        }
        List<Measurement> measurements = new ArrayList<>();
        reasons.forEach((variant, reason) -> measurements.add(
                reason == null
                        ? new Measurement(variant, samples.get(variant).seconds(), null)
                        : Measurement.failed(variant, reason)));
        OptionalLong peak = reset ? PeakMemory.bytes() : OptionalLong.empty();
        return new CaseResult(benchmarkCase.name(), benchmarkCase.work(), measurements, rates, memoryRate, peak);
    }

    private static double median(Samples samples) {
        return Spread.of(samples.seconds().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .median();
    }

    /** Reasons get an entry for every variant in order, null where there is none yet. */
    private void open(
            String engine,
            BenchmarkCase benchmarkCase,
            List<AutoCloseable> opened,
            Map<Variant, Samples> samples,
            Map<Variant, String> reasons,
            Map<MatmulRate, Samples> matmuls)
            throws Exception {
        NDManager manager = Engine.getEngine(engine).newBaseManager();
        opened.add(manager);
        MatmulRate matmul = new MatmulRate(manager, pace.matmulSize());
        matmuls.put(matmul, Samples.warmedUp(matmul, pace));
        List<Variant> variants = benchmarkCase.variants(engine, precisions);
        Workplace workplace;
        try {
            workplace = benchmarkCase.open(manager);
        } catch (Exception | LinkageError e) {
            variants.forEach(variant -> reasons.put(variant, reason(e)));
            return;
        }
        opened.add(workplace);
        for (Variant variant : variants) {
            reasons.put(variant, null);
            try {
                samples.put(variant, Samples.warmedUp(workplace.workload(variant), pace));
            } catch (Exception | LinkageError e) {
                reasons.put(variant, reason(e));
            }
        }
    }

    private static void take(Map<Variant, Samples> samples, Map<Variant, String> reasons) {
        samples.forEach((variant, taken) -> {
            try {
                if (reasons.get(variant) == null) {
                    taken.take();
                }
            } catch (Exception e) {
                reasons.put(variant, reason(e));
            }
        });
    }

    private static String reason(Throwable failure) {
        boolean refused = failure instanceof UnsupportedOperationException && failure.getMessage() != null;
        return (refused ? failure.getMessage() : failure.toString())
                .lines()
                .findFirst()
                .orElse("");
    }

    private static void close(List<AutoCloseable> opened) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("Benchmark: what was opened must close, got " + e, e);
            }
        }
    }
}

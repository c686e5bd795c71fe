package io.github.djltransformers.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.testing.EngineTest;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EncoderLayerBenchmarkTest {
    /** Without a process of its own, which would load the engine again; figures need one. */
    @EngineTest
    void runsEagerlyAndCompiled(String engine) throws RunnerException {
        // Nothing is measured here, so that builds beside this one may run it too.
        System.setProperty("jmh.ignoreLock", "true");
        String[] executions = engine.equals("PyTorch")
                ? new String[] {"PyTorch eager", "PyTorch compiled", "ONNX Runtime"}
                : new String[] {engine + " eager", engine + " compiled"};
        Options options = new OptionsBuilder()
                .include(EncoderLayerBenchmark.class.getName())
                .param("execution", executions)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50))
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        assertEquals(executions.length, results.size());
        for (RunResult result : results) {
            assertTrue(result.getPrimaryResult().getScore() > 0, result.toString());
            assertEquals("us/op", result.getPrimaryResult().getScoreUnit());
        }
    }
}

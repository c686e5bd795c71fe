package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.engine.Engine;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.benchmark.Benchmark;
import io.github.djltransformers.benchmark.BenchmarkCase;
import io.github.djltransformers.benchmark.BenchmarkReport;
import io.github.djltransformers.benchmark.CaseResult;
import io.github.djltransformers.benchmark.Cases;
import io.github.djltransformers.benchmark.Machine;
import io.github.djltransformers.benchmark.Pace;
import io.github.djltransformers.benchmark.ReportChart;
import io.github.djltransformers.benchmark.ReportJson;
import io.github.djltransformers.benchmark.ReportTable;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.text.data.BlankText;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.zoo.EngineChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures speed and memory. */
@Command(
        name = "benchmark",
        description =
                "Measures encoder layers, training, decoding and the packaged model on each engine, eager, compiled,"
                        + " in ONNX Runtime and, where DJL has a block for it, stock. Variants are measured in turn; the table has the median time,"
                        + " the interquartile range, the speed relative to eager and stock, bytes moved a second, and the share"
                        + " reached of what the machine's measured matrix-product rate allows.")
final class BenchmarkCommand implements Callable<Integer> {
    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "PyTorch or MXNet; may be repeated (default: all that are there).")
    private List<String> engines = List.of();

    @Option(
            names = "--case",
            paramLabel = "PATTERN",
            description = "Names of cases, or their beginnings: encoder, embed, training, step, decode, translate,"
                    + " decode-d128-*-greedy; may be repeated (default: all).")
    private List<String> patterns = List.of();

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description =
                    "Arithmetic of compiled programs: float32, bfloat16 or int8; may be repeated (default: float32"
                            + " and int8).")
    private List<String> precisions = List.of("float32", "int8");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Samples of each variant (default: 7, or 2 if --quick).")
    private Integer rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that PyTorch computes with (default: one a core).")
    private Integer threads;

    @Option(names = "--quick", description = "Take short samples: to see that all works, not for figures.")
    private boolean quick;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "English sentences to translate, or texts for the vectors of --model, one a line (default: 64 that"
                            + " come with the command).")
    private String file;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A checkpoint that gives vectors of texts; adds the case embed-DIR.")
    private Path model;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all results to a file.")
    private Path json;

    @Option(names = "--chart", paramLabel = "FILE", description = "Draw a chart; the name ends in .png.")
    private Path chart;

    @Override
    public Integer call() throws IOException, ModelException {
        if (chart != null && !ReportChart.supports(chart.toString())) {
            throw invalid("--chart must end in .png, got " + chart);
        }
        int count = rounds == null ? (quick ? QUICK_ROUNDS : ROUNDS) : rounds;
        if (count < 1) {
            throw invalid("--rounds must be positive, got " + count);
        }
        List<Precision> arithmetic = precisions.stream().map(this::precision).toList();
        List<String> sentences = sentences();
        List<BenchmarkCase> all = Cases.all(sentences);
        if (model != null) {
            all.add(Cases.ofCheckpoint(model.toRealPath(), sentences));
        }
        List<BenchmarkCase> cases = Cases.matching(all, patterns);
        if (cases.isEmpty()) {
            throw invalid("--case must be the name of a case, one of "
                    + Cases.all(null).stream().map(BenchmarkCase::name).toList() + ", got " + patterns);
        }
        EngineThreads.apply(spec.commandLine(), engines.equals(List.of("MXNet")) ? "MXNet" : null, threads);
        List<String> chosen = engines();
        Pace pace = quick ? Pace.quick(count) : Pace.thorough(count);
        BenchmarkReport report =
                BenchmarkReport.of(Machine.of(chosen), pace, results(new Benchmark(chosen, arithmetic, pace), cases));
        ReportTable.lines(report).forEach(spec.commandLine().getOut()::println);
        if (json != null) {
            ReplacedFile.write(
                    json, output -> output.write(ReportJson.of(report).getBytes(StandardCharsets.UTF_8)));
        }
        if (chart != null) {
            System.setProperty("java.awt.headless", "true");
            ReplacedFile.write(chart, output -> ReportChart.write(report, chart.toString(), output));
        }
        return report.measuredAnything() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<CaseResult> results(Benchmark benchmark, List<BenchmarkCase> cases) {
        CaseProgress progress = new CaseProgress(spec.commandLine().getErr(), System::nanoTime, cases);
        List<CaseResult> results = new ArrayList<>();
        for (BenchmarkCase each : cases) {
            progress.begin(each);
            results.add(benchmark.run(each));
        }
        return results;
    }

    private List<String> engines() throws ModelException {
        // DJL's own blocks load it, whatever engine they run on.
        EngineChoice.loadBesidePyTorch();
        if (!engines.isEmpty()) {
            for (String engine : engines) {
                EngineChoice.of(engine);
            }
            return engines.stream().distinct().toList();
        }
        EngineChoice.of(null);
        return Stream.of("PyTorch", "MXNet").filter(Engine::hasEngine).toList();
    }

    private Precision precision(String name) {
        return Stream.of(Precision.values())
                .filter(value -> value.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> invalid("--precision must be float32, bfloat16 or int8, got " + name));
    }

    private List<String> sentences() throws IOException {
        if (file == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        try (TextLines input = InputText.open(file)) {
            for (String line = input.next(); line != null; line = input.next()) {
                if (!BlankText.isBlank(line)) {
                    lines.add(line);
                }
            }
        }
        if (lines.isEmpty()) {
            throw invalid("--file must have a sentence, got none in " + file);
        }
        return lines;
    }

    private ParameterException invalid(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

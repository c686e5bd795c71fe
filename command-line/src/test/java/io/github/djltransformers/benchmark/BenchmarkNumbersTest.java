package io.github.djltransformers.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.ops.Cost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BenchmarkNumbersTest {
    private static final Measurement EAGER = new Measurement(Variant.eager("A"), List.of(0.004), null);
    private static final Measurement COMPILED =
            new Measurement(Variant.compiled("A", Precision.FLOAT32), List.of(0.001, 0.002, 0.003), null);
    private static final Measurement FAILED = Measurement.failed(Variant.stock("A"), "not today");
    private static final CaseResult RESULT = new CaseResult(
            "encoder-tiny",
            new Work(100, "tokens", 0, new Cost(5, 1_000_000, 10, 3_000_000, 1_000_000), new Reads(4e8, 1e8)),
            List.of(FAILED, EAGER, COMPILED),
            Map.of("A", 1e9),
            OptionalDouble.of(5e11),
            OptionalLong.of(3 << 20));

    private static BenchmarkReport report() {
        Machine machine = new Machine("Os 1", "Chip", 2, 8, "17", Map.of("A", new Machine.Runner("1.0", "cpu()", 2)));
        return BenchmarkReport.of(machine, Pace.quick(3), List.of(RESULT));
    }

    @Test
    void quartilesLieBetweenTheNearestRanks() {
        assertEquals(new Spread(1.75, 2.5, 3.25), Spread.of(4, 1, 3, 2));
        assertEquals(new Spread(7, 7, 7), Spread.of(7));
        assertEquals(0.6, Spread.of(4, 1, 3, 2).relative(), 1e-12);
        assertEquals(
                "Spread: samples must be at least one, got none",
                assertThrows(IllegalArgumentException.class, Spread::of).getMessage());
    }

    @Test
    void ratiosAndFloorsFollowFromMedians() {
        assertEquals(2, RESULT.timesAsFastAs(Mode.EAGER, COMPILED).getAsDouble(), 1e-12);
        assertTrue(RESULT.timesAsFastAs(Mode.STOCK, COMPILED).isEmpty());
        assertEquals(50_000, RESULT.speed(COMPILED), 1e-6);
        assertEquals(0.001, RESULT.floorSeconds(COMPILED).getAsDouble(), 1e-12);
        assertEquals(0.5, RESULT.floorShare(COMPILED).getAsDouble(), 1e-12);
        assertEquals(2e9, RESULT.bytesPerSecond(COMPILED).getAsDouble(), 1);
        assertEquals(5e6, RESULT.bytesPerItem(COMPILED).getAsDouble(), 1e-3);
        assertEquals(0.5, RESULT.memoryShare(COMPILED).getAsDouble(), 1e-12);
        assertEquals(2e8, RESULT.work().reads().bytes(Precision.INT8), 1e-3);
    }

    @Test
    void theTableIsAligned() {
        assertEquals(
                List.of(
                        "Chip, 2 cores, Os 1, Java 17",
                        "A 1.0 on cpu(), 2 threads",
                        "",
                        "case          engine  mode      precision  median     IQR  x eager  x stock  GB/s  of floor  MB/item  of memory  speed",
                        "encoder-tiny  A       stock     float32    not today",
                        "encoder-tiny  A       eager     float32    4000.0 us   0%     1.00  -         1.0       25%      5.0        25%  25000.0 tokens/s",
                        "encoder-tiny  A       compiled  float32    2000.0 us  50%     2.00  -         2.0       50%      5.0        50%  50000.0 tokens/s",
                        "encoder-tiny  A       matmul    float32    1.0 GFLOP/s",
                        "encoder-tiny  memory read at 500.0 GB/s",
                        "encoder-tiny  peak memory 3 MiB",
                        "",
                        "peak memory of the process: 3 MiB"),
                ReportTable.lines(report()));
    }

    @Test
    void chartsArePixels() throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ReportChart.write(report(), "a.PNG", pixels);
        assertEquals("PNG", pixels.toString(StandardCharsets.ISO_8859_1).substring(1, 4));
        assertEquals(
                "ReportChart: fileName must end in .png, got a.gif",
                assertThrows(IllegalArgumentException.class, () -> ReportChart.write(report(), "a.gif", pixels))
                        .getMessage());
    }

    @Test
    void impossibleValuesAreRefused() {
        assertEquals(
                "Variant: precision must be FLOAT32 unless the mode is COMPILED or ONNX, got INT8 for EAGER",
                assertThrows(IllegalArgumentException.class, () -> new Variant("A", Mode.EAGER, Precision.INT8))
                        .getMessage());
        assertEquals(
                "Measurement: one of samples and reason must be given, got [] and null",
                assertThrows(IllegalArgumentException.class, () -> new Measurement(Variant.eager("A"), List.of(), null))
                        .getMessage());
        assertEquals(
                "Pace: rounds, sampleSeconds and matmulSize must be positive, got 0, 0.005 and 256",
                assertThrows(IllegalArgumentException.class, () -> Pace.quick(0))
                        .getMessage());
        assertEquals(
                "TranslationCase: sentences must be at least one, got none",
                assertThrows(IllegalArgumentException.class, () -> new TranslationCase(List.of(), 4, 32))
                        .getMessage());
    }

    @Test
    void casesAreFoundByNameBeginningAndPattern() {
        List<BenchmarkCase> all = Cases.all(null);
        assertEquals(21, all.size());
        assertEquals(5, Cases.matching(all, List.of("encoder")).size());
        assertEquals(
                List.of("decode-d128-l4-b1-greedy", "decode-d128-l4-b64-greedy"),
                Cases.matching(all, List.of("decode-d128-*-greedy")).stream()
                        .map(BenchmarkCase::name)
                        .toList());
        assertEquals(
                List.of("encoder-b1-s16-d128", "training-d128-l2-b32"),
                Cases.matching(all, List.of("encoder-b1-s?6-d128", "training")).stream()
                        .map(BenchmarkCase::name)
                        .toList());
        assertEquals(List.of(), Cases.matching(all, List.of("enc")));
    }

    /** Counted by hand: six layers of projections, scores and sums, and feed-forward; a mean and a norm multiply nothing. */
    @Test
    void vectorsCostWhatTheirLayersCost() {
        Work work = new EmbeddingCase(32, 20).work();
        assertEquals(
                6 * 2L * 32 * 20 * (4 * 384 * 384 + 2 * 20 * 384 + 2 * 384 * 1536),
                work.cost().matmulFlops());
        assertEquals(32 * 20, work.tokens());
        CaseResult result = new CaseResult(
                "embed-tiny",
                work,
                List.of(new Measurement(Variant.eager("PyTorch"), List.of(0.5), null)),
                Map.of(),
                OptionalDouble.empty(),
                OptionalLong.empty());
        assertEquals(64, result.speed(result.measurements().get(0)));
    }

    /** Counted by hand: projections, scores and sums, feed-forward of the layer; the output matrix for each token. */
    @Test
    void decodingCostsWhatItsStepsCost() {
        long encoding = 4 * 2L * 20 * (4 * 128 * 128 + 2 * 20 * 128 + 2 * 128 * 256); // L 2 S (...)
        long memory = 4 * 2L * 20 * 2 * 128 * 128;
        long writing = 0;
        for (int t = 1; t <= 20; t++) {
            long self = 4 * 128 * 128 + 2L * t * 128;
            long cross = 2 * 128 * 128 + 2L * 20 * 128;
            writing += 2 * (4 * (self + cross + 2L * 128 * 256) + 128L * 8000);
        }
        assertEquals(
                encoding + memory + writing,
                DecodingCost.of(ModelSize.SMALL, 1, 1, 20, 20).matmulFlops());
        long first =
                2 * (4 * (4 * 128 * 128 + 2L * 128 + 2 * 128 * 128 + 2L * 20 * 128 + 2L * 128 * 256) + 128L * 8000);
        assertEquals(
                encoding + memory + first + 4 * (writing - first),
                DecodingCost.of(ModelSize.SMALL, 1, 4, 20, 20).matmulFlops());
        long eleventh = 2 * (4 * (4 * 128 * 128 + 22L * 128 + 2 * 128 * 128 + 40L * 128 + 512L * 128) + 128L * 8000);
        assertEquals(eleventh, DecodingCost.ofStep(ModelSize.SMALL, 1, 20, 10).matmulFlops());
        assertFalse(DecodingCost.ofStep(ModelSize.SMALL, 1, 20, 10).parameters() == 0);
    }
}

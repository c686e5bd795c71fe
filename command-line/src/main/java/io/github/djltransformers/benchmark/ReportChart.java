package io.github.djltransformers.benchmark;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** A report as bars: for each case how many times as fast as its first eager variant the others are. */
public final class ReportChart {
    private static final int CASE_WIDTH = 110;
    private static final int MARGIN = 420;
    private static final int HEIGHT = 640;

    private ReportChart() {}

    /** Whether {@link #write} knows the ending of the file's name. */
    public static boolean supports(String fileName) {
        return fileName.toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /**
     * Draws without a display.
     *
     * @param fileName whose ending is that of the format
     */
    public static void write(BenchmarkReport report, String fileName, OutputStream output) throws IOException {
        if (!supports(fileName)) {
            throw new IllegalArgumentException("ReportChart: fileName must end in .png, got " + fileName);
        }
        BitmapEncoder.saveBitmap(chart(report), output, BitmapFormat.PNG);
    }

    private static CategoryChart chart(BenchmarkReport report) {
        List<CaseResult> cases = report.cases().stream()
                .filter(result -> reference(result).isPresent())
                .toList();
        CategoryChart chart = new CategoryChartBuilder()
                .width(MARGIN + CASE_WIDTH * cases.size())
                .height(HEIGHT)
                .title("Times as fast as the first eager engine")
                .yAxisTitle("times as fast")
                .build();
        chart.getStyler().setXAxisLabelRotation(45).setYAxisMin(0.0).setChartBackgroundColor(Color.WHITE);
        List<String> names = cases.stream().map(CaseResult::name).toList();
        Set<Variant> variants = new LinkedHashSet<>();
        cases.forEach(result -> result.measurements().stream()
                .filter(Measurement::measured)
                .forEach(each -> variants.add(each.variant())));
        for (Variant variant : variants) {
            List<Double> heights = new ArrayList<>();
            cases.forEach(result -> heights.add(height(result, variant)));
            chart.addSeries(variant.toString(), names, heights);
        }
        return chart;
    }

    private static Optional<Measurement> reference(CaseResult result) {
        return result.measurements().stream()
                .filter(each -> each.measured() && each.variant().mode() == Mode.EAGER)
                .findFirst();
    }

    /** Null where a case has no such variant. */
    private static Double height(CaseResult result, Variant variant) {
        double unit = reference(result).orElseThrow().seconds().median();
        return result.measurements().stream()
                .filter(each -> each.measured() && each.variant().equals(variant))
                .map(each -> unit / each.seconds().median())
                .findFirst()
                .orElse(null);
    }
}

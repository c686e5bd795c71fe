package io.github.djltransformers.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.ReplacedFile;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A training's {@code log.jsonl} as a picture: loss and validation score on the left axis, learning rate on the right one. */
final class TrainingChart {
    /** The name of the picture, beside the log. */
    static final String FILE = "train.png";

    private static final String LOG = "log.jsonl";
    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;

    private TrainingChart() {}

    /** Draws what the log of a training's folder has so far; nothing where it has too little for a line. */
    static void draw(Path folder) throws IOException {
        List<JsonObject> entries = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(LOG))) {
            if (!line.isBlank()) {
                entries.add(JsonParser.parseString(line).getAsJsonObject());
            }
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("step")
                .yAxisTitle("loss, minus the validation score")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.setYAxisGroupTitle(1, "learning rate");
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
        add(chart, "loss", entries, entry -> number(entry, "loss"), 0);
        add(chart, "validation", entries, entry -> entry.has("score") ? -number(entry, "score") : null, 0);
        add(chart, "learning rate", entries, entry -> number(entry, "learningRate"), 1);
        if (!chart.getSeriesCollection().isEmpty()) {
            ReplacedFile.write(
                    folder.resolve(FILE), stream -> BitmapEncoder.saveBitmap(chart, stream, BitmapFormat.PNG));
        }
    }

    private static Double number(JsonObject entry, String key) {
        return entry.has(key) ? (Double) entry.get(key).getAsDouble() : null;
    }

    private static void add(
            XYChart chart, String name, List<JsonObject> entries, Function<JsonObject, Double> value, int axis) {
        List<Double> steps = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (JsonObject entry : entries) {
            Double number = value.apply(entry);
            if (number != null && Double.isFinite(number)) {
                steps.add(number(entry, "step"));
                values.add(number);
            }
        }
        if (!steps.isEmpty()) {
            chart.addSeries(name, steps, values).setMarker(SeriesMarkers.NONE).setYAxisGroup(axis);
        }
    }
}

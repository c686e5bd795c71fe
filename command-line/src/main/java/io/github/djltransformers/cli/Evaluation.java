package io.github.djltransformers.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.metric.BleuScore;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.metric.TextMetric;
import io.github.djltransformers.text.metric.TextScore;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The scores of one system's output, wherever its lines come from, and their report. */
final class Evaluation {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private static final long SEED = 1;

    private final List<TextMetric<?>> metrics;
    private final boolean confidence;
    private long lines;

    /**
     * @param confidence whether scores come with the interval of 1,000 resamples
     */
    Evaluation(List<TextMetric<?>> metrics, boolean confidence) {
        this.metrics = metrics;
        this.confidence = confidence;
    }

    void add(String hypothesis, List<String> references) {
        lines++;
        metrics.forEach(metric -> metric.add(hypothesis, references));
    }

    /** Prints a line for each score: name, signature, score rounded to two decimals, details. */
    void print(PrintWriter out) {
        for (TextMetric<?> metric : metrics) {
            TextScore score = metric.score();
            String line = score instanceof BleuScore bleu
                    ? bleu.describe(2).replaceFirst("^BLEU", "BLEU|" + score.signature())
                    : Text.format("%s|%s = %.2f", score.name(), score.signature(), score.score());
            if (confidence) {
                Bootstrap interval = metric.interval(SEED);
                line += Text.format(", 95 %% of resamples from %.2f to %.2f", interval.low(), interval.high());
            }
            out.println(line);
        }
    }

    /** Prints one JSON object with unrounded scores. */
    void printJson(PrintWriter out) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("lines", lines);
        for (TextMetric<?> metric : metrics) {
            TextScore score = metric.score();
            Map<String, Object> description = describe(score);
            if (score instanceof BleuScore bleu) {
                description.put("precisions", bleu.precisions());
                description.put("brevity_penalty", bleu.brevityPenalty());
                description.put("hypothesis_length", bleu.hypothesisLength());
                description.put("reference_length", bleu.referenceLength());
            }
            if (confidence) {
                Bootstrap interval = metric.interval(SEED);
                description.put("low", interval.low());
                description.put("high", interval.high());
            }
            report.put(score.name().toLowerCase(Locale.ROOT), description);
        }
        out.println(GSON.toJson(report));
    }

    private static Map<String, Object> describe(TextScore score) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("score", score.score());
        description.put("signature", score.signature());
        return description;
    }
}

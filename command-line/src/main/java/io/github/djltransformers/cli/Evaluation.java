package io.github.djltransformers.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.metric.Bleu;
import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.text.metric.BleuScore;
import io.github.djltransformers.text.metric.ChrF;
import io.github.djltransformers.text.metric.ChrFConfig;
import io.github.djltransformers.text.metric.ChrFScore;
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

    private final Bleu bleu;
    private final List<ChrF> chrFs;
    private long lines;

    Evaluation(BleuConfig bleu, List<ChrFConfig> chrFs) {
        this.bleu = new Bleu(bleu);
        this.chrFs = chrFs.stream().map(ChrF::new).toList();
    }

    void add(String hypothesis, List<String> references) {
        lines++;
        bleu.add(hypothesis, references);
        chrFs.forEach(chrF -> chrF.add(hypothesis, references));
    }

    /** Prints a line for each score: name, signature, score rounded to two decimals, details. */
    void print(PrintWriter out) {
        BleuScore score = bleu.score();
        out.println(score.describe(2).replaceFirst("^BLEU", "BLEU|" + score.signature()));
        for (ChrF chrF : chrFs) {
            ChrFScore ofChrF = chrF.score();
            out.println(Text.format("%s|%s = %.2f", ofChrF.name(), ofChrF.signature(), ofChrF.score()));
        }
    }

    /** Prints one JSON object with unrounded scores. */
    void printJson(PrintWriter out) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("lines", lines);
        BleuScore score = bleu.score();
        Map<String, Object> ofBleu = describe(score);
        ofBleu.put("precisions", score.precisions());
        ofBleu.put("brevity_penalty", score.brevityPenalty());
        ofBleu.put("hypothesis_length", score.hypothesisLength());
        ofBleu.put("reference_length", score.referenceLength());
        report.put("bleu", ofBleu);
        for (ChrF chrF : chrFs) {
            ChrFScore ofChrF = chrF.score();
            report.put(ofChrF.name().toLowerCase(Locale.ROOT), describe(ofChrF));
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

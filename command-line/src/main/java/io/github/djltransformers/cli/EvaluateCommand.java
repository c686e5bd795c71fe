package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.SentencePair;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.metric.Bleu;
import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.text.metric.BleuTokenizer;
import io.github.djltransformers.text.metric.ChrF;
import io.github.djltransformers.text.metric.ChrFConfig;
import io.github.djltransformers.text.metric.ErrorRate;
import io.github.djltransformers.text.metric.TextMetric;
import io.github.djltransformers.text.translate.Translations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Scores text against references, line by line. */
@Command(
        name = "evaluate",
        description =
                "Scores text, or what a model translates, against references with BLEU, chrF2 and chrF2++, equal to"
                        + " sacreBLEU's scores. Texts are UTF-8, one sentence a line, line for line; a name ending in"
                        + " .gz is unpacked. With --metrics errors the scores are error rates: of words (or phonemes), of"
                        + " characters and of whole sentences.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            arity = "1..*",
            description = "The reference text; several files give each line several references.")
    private List<String> references;

    @Option(
            names = "--test",
            paramLabel = "FILE",
            description = "Translate the first column of a file with two columns, separated by a tab, and score against"
                    + " the second; lines with the same first column give one sentence several references.")
    private Path test;

    @Option(names = "--reversed", description = "With --test: translate the second column instead.")
    private boolean reversed;

    @Mixin
    private ModelOptions options;

    @Option(
            names = "--hypothesis",
            paramLabel = "FILE",
            defaultValue = InputText.STANDARD_INPUT,
            description = "The text to score, - for standard input (default: ${DEFAULT-VALUE}).")
    private String hypothesis;

    @Option(
            names = "--tokenize",
            paramLabel = "NAME",
            defaultValue = "13a",
            converter = TokenizerName.class,
            completionCandidates = TokenizerName.class,
            description = "BLEU's tokenizer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private BleuTokenizer tokenizer;

    @Option(names = "--lowercase", description = "Ignore case, with BLEU and chrF.")
    private boolean lowercase;

    @Option(
            names = "--metrics",
            paramLabel = "KIND",
            defaultValue = "TRANSLATION",
            description = "What to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Metrics metrics;

    @Option(
            names = "--confidence",
            description = "Print how far each score would vary with other sentences, by 1,000 resamples, too.")
    private boolean confidence;

    /** Which scores. */
    enum Metrics {
        TRANSLATION,
        ERRORS
    }

    @Option(names = "--json", description = "Print one JSON object with unrounded scores.")
    private boolean json;

    private final SentenceTranslation.Opener opener;

    EvaluateCommand() {
        this(ZooTranslation::open);
    }

    EvaluateCommand(SentenceTranslation.Opener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        if ((references == null) == (test == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "one of --reference and --test must be given, got " + (test == null ? "none" : "both"));
        }
        Evaluation evaluation = evaluation();
        if (test == null) {
            addFiles(evaluation);
        } else {
            addTranslations(evaluation);
        }
        if (json) {
            evaluation.printJson(spec.commandLine().getOut());
        } else {
            evaluation.print(spec.commandLine().getOut());
        }
        return 0;
    }

    private void addFiles(Evaluation evaluation) throws IOException {
        List<TextLines> texts = new ArrayList<>();
        try {
            texts.add(InputText.open(hypothesis));
            for (String reference : references) {
                texts.add(InputText.open(reference));
            }
            addAll(evaluation, texts);
        } finally {
            for (TextLines text : texts) {
                text.close();
            }
        }
    }

    private void addTranslations(Evaluation evaluation) throws IOException, ModelException, TranslateException {
        options.apply();
        Map<String, List<String>> referencesBySource = new LinkedHashMap<>();
        ParallelCorpus pairs = ParallelCorpus.readTsv(test);
        for (SentencePair pair : (reversed ? pairs.reversed() : pairs).pairs()) {
            referencesBySource
                    .computeIfAbsent(pair.source(), source -> new ArrayList<>())
                    .add(pair.target());
        }
        if (referencesBySource.isEmpty()) {
            throw new IllegalArgumentException(test + " must have lines, got an empty text");
        }
        Progress progress = Progress.onTerminal(spec.commandLine().getErr());
        try (SentenceTranslation model = opener.open(options, Map.of())) {
            OrderedBatches.Sink<Translations> sink = (source, translations) -> {
                String translation =
                        translations == null ? "" : translations.best().text();
                evaluation.add(translation, referencesBySource.get(source));
                progress.add();
            };
            new OrderedBatches<>(options.batchSize(), model::apply, sink).run(List.copyOf(referencesBySource.keySet()));
        } finally {
            progress.end();
        }
    }

    private Evaluation evaluation() {
        List<TextMetric<?>> all = new ArrayList<>();
        if (metrics == Metrics.ERRORS) {
            for (ErrorRate.Unit unit : ErrorRate.Unit.values()) {
                all.add(new ErrorRate(unit));
            }
        } else {
            BleuConfig bleu = BleuConfig.forCorpus().withTokenizer(tokenizer);
            all.add(new Bleu(lowercase ? bleu.ignoringCase() : bleu));
            for (ChrFConfig chrF : List.of(ChrFConfig.chrF(), ChrFConfig.chrFPlusPlus())) {
                all.add(new ChrF(lowercase ? chrF.ignoringCase() : chrF));
            }
        }
        return new Evaluation(all, confidence);
    }

    /** Adds the lines of the texts, the hypotheses first among them, which must end together. */
    private static void addAll(Evaluation evaluation, List<TextLines> texts) throws IOException {
        while (true) {
            List<String> line = new ArrayList<>(texts.size());
            for (TextLines text : texts) {
                line.add(text.next());
            }
            if (line.contains(null)) {
                break;
            }
            evaluation.add(line.get(0), line.subList(1, line.size()));
        }
        long lines = texts.get(0).countAll();
        for (TextLines text : texts) {
            if (text.countAll() != lines) {
                throw new IllegalArgumentException(Text.format(
                        "%s must have as many lines as %s, which has %d, got %d",
                        text.name(), texts.get(0).name(), lines, text.countAll()));
            }
        }
        if (lines == 0) {
            throw new IllegalArgumentException(texts.get(0).name() + " must have lines, got an empty text");
        }
    }

    /** Names tokenizers as signatures do. */
    static final class TokenizerName implements ITypeConverter<BleuTokenizer>, Iterable<String> {
        @Override
        public BleuTokenizer convert(String name) {
            return Arrays.stream(BleuTokenizer.values())
                    .filter(tokenizer -> tokenizer.signature().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            Text.format("must be one of %s, got %s", String.join(", ", this), name)));
        }

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(BleuTokenizer.values())
                    .map(BleuTokenizer::signature)
                    .iterator();
        }
    }
}

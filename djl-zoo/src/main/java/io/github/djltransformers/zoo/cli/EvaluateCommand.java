package io.github.djltransformers.zoo.cli;

import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.text.metric.BleuTokenizer;
import io.github.djltransformers.text.metric.ChrFConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Scores text against references, line by line. */
@Command(
        name = "evaluate",
        description =
                "Scores text against references with BLEU, chrF2 and chrF2++, equal to sacreBLEU's scores. Texts are"
                        + " UTF-8, one sentence a line, line for line; a name ending in .gz is unpacked.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            required = true,
            arity = "1..*",
            description = "The reference text; several files give each line several references.")
    private List<String> references;

    @Option(
            names = "--hypothesis",
            paramLabel = "FILE",
            defaultValue = TextLines.STANDARD_INPUT,
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

    @Option(names = "--lowercase", description = "Ignore case.")
    private boolean lowercase;

    @Option(names = "--json", description = "Print one JSON object with unrounded scores.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Evaluation evaluation = evaluation();
        List<TextLines> texts = new ArrayList<>();
        try {
            texts.add(TextLines.open(hypothesis));
            for (String reference : references) {
                texts.add(TextLines.open(reference));
            }
            addAll(evaluation, texts);
        } finally {
            for (TextLines text : texts) {
                text.close();
            }
        }
        if (json) {
            evaluation.printJson(spec.commandLine().getOut());
        } else {
            evaluation.print(spec.commandLine().getOut());
        }
        return 0;
    }

    private Evaluation evaluation() {
        BleuConfig bleu = BleuConfig.forCorpus().withTokenizer(tokenizer);
        Stream<ChrFConfig> chrFs = Stream.of(ChrFConfig.chrF(), ChrFConfig.chrFPlusPlus());
        return lowercase
                ? new Evaluation(
                        bleu.ignoringCase(), chrFs.map(ChrFConfig::ignoringCase).toList())
                : new Evaluation(bleu, chrFs.toList());
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
                throw new IllegalArgumentException("%s must have as many lines as %s, which has %d, got %d"
                        .formatted(text.name(), texts.get(0).name(), lines, text.countAll()));
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
                            "must be one of %s, got %s".formatted(String.join(", ", this), name)));
        }

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(BleuTokenizer.values())
                    .map(BleuTokenizer::signature)
                    .iterator();
        }
    }
}

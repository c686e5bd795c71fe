package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translations;
import io.github.djltransformers.text.translate.WordAligner;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Translates sentences. */
@Command(
        name = "translate",
        description = {
            "Translates sentences, given as arguments or as lines of standard input, one line each, in order. With --n-best a"
                    + " line begins with the number of its sentence and a tab.",
            "A checkpoint of Hugging Face (Marian, M2M-100, NLLB, mBART, T5) is told the languages as it learnt them: by their"
                    + " codes, such as de, de_DE or deu_Latn."
        })
final class TranslateCommand implements Callable<Integer> {
    /** How many batches are read ahead, so that lines of like length meet. */
    private static final int BATCHES_AHEAD = 16;

    private static final Pattern OPTION = Pattern.compile("-[a-zA-Z]|--[a-z][a-z-]*(=.*)?");
    private static final Pattern LINE_BREAK = Pattern.compile("[\\r\\n]+");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions options;

    @Option(
            names = "--n-best",
            paramLabel = "N",
            description = "Print so many translations of each sentence, best first; at most as many as --beam.")
    private Integer nBest;

    @Option(names = "--scores", description = "Print the score and a tab before each translation.")
    private boolean scores;

    @Option(
            names = "--phrase",
            paramLabel = "TEXT",
            description = "What must appear in each translation; the option is given for each.")
    private List<String> phrases;

    @Option(
            names = "--beginning",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What each translation begins with, whole words, for the model to go on.")
    private String beginning;

    @Option(
            names = "--alignments",
            description =
                    "Print behind each translation a tab and, for each of its words, the number of the sentence's word that"
                            + " it comes from, a hyphen and its own number, from 0, by the model's attention.")
    private boolean alignments;

    @ArgGroup(
            validate = false,
            heading = "Drawing tokens instead of taking the likeliest, which any of these asks for:%n")
    private final SamplingOptions sampling = new SamplingOptions();

    @ArgGroup(exclusive = true, heading = "What a translation must be, one of:%n")
    private ConstraintOptions constraint;

    @Parameters(
            arity = "0..*",
            paramLabel = "SENTENCE",
            description = "Sentences, one that reads like an option behind --; none, or -, to read standard input.")
    private List<String> sentences = List.of();

    private final SentenceTranslation.Opener opener;

    TranslateCommand() {
        this(ZooTranslation::open);
    }

    TranslateCommand(SentenceTranslation.Opener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        options.apply();
        requireNoOptions();
        int count = nBest == null ? 1 : nBest;
        Map<String, Object> arguments = new HashMap<>();
        sampling.addTo(arguments);
        boolean draws = sampling.draws();
        if (constraint != null) {
            constraint.addTo(arguments);
        }
        arguments.put("phrases", phrases == null ? null : String.join("\n", phrases));
        arguments.put("nBest", count);
        arguments.put("alignments", alignments);
        if (count < 1 || count > options.mostTranslations() && !draws) {
            throw new ParameterException(
                    spec.commandLine(),
                    Text.format("--n-best must be from 1 to --beam, which is %d, got %d", options.beams(), count));
        }
        Progress progress = Progress.onTerminal(spec.commandLine().getErr());
        try (SentenceTranslation model = opener.open(options, arguments)) {
            OrderedBatches<Translations> batches =
                    new OrderedBatches<>(options.batchSize(), lines -> complete(model, lines), new Lines(progress));
            if (sentences.isEmpty() || sentences.equals(List.of(InputText.STANDARD_INPUT))) {
                translateStandardInput(batches);
            } else {
                batches.run(sentences);
            }
        } catch (ClosedOutputException e) {
            // Whoever read the output has had enough; there is nobody to tell.
            return ExitCode.SOFTWARE;
        } finally {
            progress.end();
        }
        return ExitCode.OK;
    }

    private List<Translations> complete(SentenceTranslation model, List<String> lines) throws TranslateException {
        return model.complete(lines.stream()
                .map(line -> new PartialTranslation(line, beginning))
                .toList());
    }

    /** Sentences may begin with a dash; what can only be meant as an option is none. */
    private void requireNoOptions() {
        List<String> given = spec.commandLine().getParseResult().originalArgs();
        int end = given.indexOf("--");
        int behind = end < 0 ? 0 : given.size() - end - 1;
        for (String sentence : sentences.subList(0, Math.max(0, sentences.size() - behind))) {
            if (OPTION.matcher(sentence).matches()) {
                throw new ParameterException(
                        spec.commandLine(),
                        Text.format("Unknown option: '%s'; a sentence like it must stand behind --", sentence));
            }
        }
    }

    private void translateStandardInput(OrderedBatches<Translations> batches) throws IOException, TranslateException {
        try (TextLines input = InputText.open(InputText.STANDARD_INPUT)) {
            int limit = BATCHES_AHEAD * options.batchSize();
            for (List<String> lines = input.available(limit); !lines.isEmpty(); lines = input.available(limit)) {
                batches.run(lines);
            }
        }
    }

    /** Prints translations. */
    private final class Lines implements OrderedBatches.Sink<Translations> {
        private final PrintWriter out = spec.commandLine().getOut();
        private final Progress progress;
        private long number;

        Lines(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void accept(String sentence, Translations translations) {
            number++;
            if (translations == null) {
                print("", 0, List.of());
            } else {
                translations.ranked().forEach(each -> print(each.text(), each.score(), each.alignment()));
            }
            progress.add();
        }

        private void print(String text, double score, List<WordAligner.Pair> alignment) {
            StringBuilder line = new StringBuilder();
            if (nBest != null) {
                line.append(number).append('\t');
            }
            if (scores) {
                line.append(Text.format("%.4f\t", score));
            }
            // A translation is one line whatever the model says, or the lines after it would lose their places.
            line.append(LINE_BREAK.matcher(text).replaceAll(" "));
            out.println(alignments ? line.append('\t').append(WordAligner.pharaoh(alignment)) : line);
        }

        @Override
        public void flush() throws IOException {
            if (out.checkError()) {
                throw new ClosedOutputException();
            }
        }
    }
}

package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translation;
import io.github.djltransformers.text.translate.Translations;
import io.github.djltransformers.text.translate.WordAligner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TranslateCommandTest {
    /** Translates to upper case, and remembers the batches. */
    private static final class Shouting implements SentenceTranslation {
        private final List<List<String>> batches = new ArrayList<>();
        private final int nBest;
        private boolean closed;

        Shouting(int nBest) {
            this.nBest = nBest;
        }

        @Override
        public List<Translations> complete(List<PartialTranslation> sentences) {
            batches.add(sentences.stream().map(PartialTranslation::text).toList());
            return sentences.stream()
                    .map(each -> each.beginning() + each.text())
                    .map(sentence -> new Translations(IntStream.range(0, nBest)
                            .mapToObj(i -> new Translation(
                                    sentence.toUpperCase(Locale.ROOT) + "!".repeat(i),
                                    -i / 4.0,
                                    -i,
                                    FinishReason.END_TOKEN,
                                    List.of(new WordAligner.Pair(sentence.length(), i))))
                            .toList()))
                    .toList();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @TempDir
    Path temporary;

    private Shouting model;

    private record Outcome(int status, String out, String err) {}

    private Outcome run(byte[] input, Writer out, String... args) {
        StringWriter err = new StringWriter();
        SentenceTranslation.Opener opener = (options, arguments) -> {
            model = new Shouting((int) arguments.getOrDefault("nBest", 1));
            return model;
        };
        CommandLine command = Djlt.commandLine(new ModelCommands(opener));
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err, true));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input));
        try {
            int status = command.execute(args);
            return new Outcome(status, out.toString().replace("\r\n", "\n"), err.toString());
        } finally {
            System.setIn(before);
        }
    }

    private Outcome run(String input, String... args) {
        return run(input.getBytes(StandardCharsets.UTF_8), new StringWriter(), args);
    }

    @Test
    void translationsBeginAsTheyMust() {
        assertEquals(new Outcome(0, "AHONE\nAHTWO\n", ""), run("", "translate", "--beginning", "Ah ", "one", "two"));
    }

    @Test
    void argumentsAreTranslatedInOrder() {
        assertEquals(new Outcome(0, "ONE\nTHREE\nTWO\n", ""), run("", "translate", "one", "three", "two"));
        assertTrue(model.closed);
    }

    @Test
    void linesKeepTheirOrderWhileBatchesHaveLikeLengths() {
        Outcome outcome = run("a\ndddd\n\nccc\nbb\n \neeeee\n", "translate", "--batch-size", "2");
        assertEquals(new Outcome(0, "A\nDDDD\n\nCCC\nBB\n\nEEEEE\n", ""), outcome);
        assertEquals(List.of(List.of("eeeee", "dddd"), List.of("ccc", "bb"), List.of("a")), model.batches);
    }

    @Test
    void longInputIsReadWindowByWindow() {
        String input = IntStream.range(0, 100).mapToObj(i -> "line" + i + "\n").reduce("", String::concat);
        Outcome outcome = run(input, "translate", "--batch-size=3");
        assertEquals(input.toUpperCase(Locale.ROOT), outcome.out());
        // 48 lines, 48 lines and 4 lines
        assertEquals(16 + 16 + 2, model.batches.size());
    }

    @Test
    void nBestNumbersLinesAndScoresComeFirst() {
        assertEquals(
                new Outcome(0, "1\t0.0000\tONE\n1\t-0.2500\tONE!\n2\t0.0000\t\n3\t0.0000\tTWO\n3\t-0.2500\tTWO!\n", ""),
                run("one\n\ntwo\n", "translate", "--n-best=2", "--scores"));
        assertEquals("0.0000\tONE\n", run("one", "translate", "--scores").out());
    }

    @Test
    void wrongNumbersAreRefused() {
        assertEquals(
                "djlt translate: --n-best must be from 1 to --beam, which is 4, got 5; see djlt translate --help",
                run("", "translate", "--n-best=5").err().strip());
        for (String option : List.of("--beam", "--batch-size", "--max-length", "--threads")) {
            Outcome outcome = run("", "translate", option + "=0");
            assertEquals(2, outcome.status());
            assertEquals(
                    "djlt translate: " + option + " must be positive, got 0; see djlt translate --help",
                    outcome.err().strip());
        }
        assertEquals(
                "djlt translate: --threads must be left out for MXNet, got 2, set the variable OMP_NUM_THREADS"
                        + " instead; see djlt translate --help",
                run("", "translate", "--engine=MXNet", "--threads=2").err().strip());
    }

    @Test
    void onnxRuntimeTranslatesTheSame() {
        String sentence = "The weather is nice, and we are going to the park.";
        Outcome engine = run("", "translate", "--engine=PyTorch", "--runtime=engine", sentence);
        for (String other : new String[] {"--batch-size=2", "--packed"}) {
            Outcome onnx = run("", "translate", "--engine=PyTorch", "--runtime=onnx", other, sentence);
            assertEquals(0, onnx.status(), onnx.err());
            assertEquals(engine.out(), onnx.out());
        }
        assertEquals(
                "djlt translate: --runtime must be ENGINE or AUTOMATIC with --eager, got ONNX; see djlt translate --help",
                run("", "translate", "--runtime=onnx", "--eager", sentence)
                        .err()
                        .strip());
    }

    @Test
    void packedWeightsAreForCompiledFloat32() {
        for (String other : new String[] {"--eager", "--precision INT8"}) {
            List<String> arguments = new ArrayList<>(List.of("translate", "--packed"));
            arguments.addAll(List.of(other.split(" ")));
            Outcome outcome = run("", arguments.toArray(String[]::new));
            assertEquals(2, outcome.status());
            assertEquals(
                    "djlt translate: --packed must not be given with " + other
                            + ": it is for compiled models in FLOAT32; see djlt translate --help",
                    outcome.err().strip());
        }
    }

    @Test
    void inputThatIsNoUtf8IsRefused() {
        assertEquals(
                new Outcome(
                        1,
                        "",
                        "djlt translate: line 1 of standard input must be UTF-8, got 0xFF as byte 1 of the line"
                                + System.lineSeparator()),
                run(new byte[] {(byte) 0xff, '\n'}, new StringWriter(), "translate"));
    }

    @Test
    void whatWasReadBeforeABrokenLineIsTranslated() {
        StringWriter out = new StringWriter();
        byte[] input = "one\ntwo\nthr\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        Outcome outcome = run(input, out, "translate");
        assertEquals("ONE\nTWO\n", out.toString().replace("\r", ""));
        assertEquals(
                "djlt translate: line 3 of standard input must be UTF-8, got 0xFF as byte 4 of the line",
                outcome.err().strip());
        assertEquals(1, outcome.status());
    }

    @Test
    void aLineEndsWithALineFeedAndAMarkBeforeTheTextIsNone() {
        StringWriter out = new StringWriter();
        run("\uFEFFone\rtwo\u2028three\r\nfour".getBytes(StandardCharsets.UTF_8), out, "translate");
        assertEquals("ONE TWO\u2028THREE\nFOUR\n", out.toString().replace("\r", ""));
    }

    @Test
    void whatCannotBeSeenIsBlank() {
        StringWriter out = new StringWriter();
        String input = "\u00A0\n\u200B\n\u200E\n\u00AD\n\u2060\n\u0000\n \uFEFF\nx\n";
        run(input.getBytes(StandardCharsets.UTF_8), out, "translate");
        assertEquals("\n".repeat(7) + "X\n", out.toString().replace("\r", ""));
        assertEquals(List.of(List.of("x")), model.batches);
    }

    @Test
    void anArgumentIsASentenceWhateverItBeginsWith() {
        StringWriter out = new StringWriter();
        run(new byte[0], out, "translate", "-5 degrees", "@file", "--beam=2", "- yes");
        assertEquals("-5 DEGREES\n@FILE\n- YES\n", out.toString().replace("\r", ""));
        StringWriter behind = new StringWriter();
        run(new byte[0], behind, "translate", "--", "--beem");
        assertEquals("--BEEM\n", behind.toString().replace("\r", ""));
        StringWriter input = new StringWriter();
        run("a\n".getBytes(StandardCharsets.UTF_8), input, "translate", "-");
        assertEquals("A\n", input.toString().replace("\r", ""));
        Outcome unknown = run(new byte[0], new StringWriter(), "translate", "--beem=2", "x");
        assertEquals(2, unknown.status());
        assertTrue(
                unknown.err().contains("Unknown option: '--beem=2'; a sentence like it must stand behind --"),
                unknown.err());
    }

    @Test
    void closedOutputEndsQuietly() {
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int from, int count) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}

            @Override
            public String toString() {
                return "";
            }
        };
        assertEquals(
                new Outcome(1, "", ""),
                run("a\n".repeat(200).getBytes(StandardCharsets.UTF_8), closed, "translate", "--batch-size=1"));
        assertEquals(1, model.batches.size());
    }

    @Test
    void evaluateTranslatesEachSourceOnceAndGroupsItsReferences() throws IOException {
        Path test = temporary.resolve("test.tsv.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(test))) {
            packed.write("the cat sat on it\tTHE CAT SAT ON IT\nit rains\tIT POURS\nit rains\tIT RAINS\n"
                    .getBytes(StandardCharsets.UTF_8));
        }
        Outcome outcome = run("", "evaluate", "--test", test.toString());
        assertEquals("", outcome.err());
        assertEquals(List.of(List.of("the cat sat on it", "it rains")), model.batches);
        assertTrue(outcome.out().startsWith("BLEU|nrefs:var|case:mixed|"), outcome.out());
        assertTrue(
                outcome.out()
                        .contains(
                                " = 100.00 100.0/100.0/100.0/100.0 (BP = 1.000 ratio = 1.000 hyp_len = 7 ref_len = 7)"),
                outcome.out());
    }

    @Test
    void alignmentsStandBehindTranslations() {
        Outcome outcome = run("", "translate", "--alignments", "--n-best=2", "--scores", "ab");
        assertEquals("1\t0.0000\tAB\t2-0\n1\t-0.2500\tAB!\t2-1\n", outcome.out().replace("\r\n", "\n"));
    }

    @Test
    void evaluateTranslatesTheOtherColumnWhereItIsAsked() throws IOException {
        Path test = Files.writeString(temporary.resolve("test.tsv"), "IT RAINS\tit rains\n");
        Outcome outcome = run("", "evaluate", "--reversed", "--metrics=errors", "--test", test.toString());
        assertEquals(List.of(List.of("it rains")), model.batches);
        assertTrue(outcome.out().contains(" = 0.00"), outcome.out());
    }

    @Test
    void evaluateTakesOneKindOfInput() throws IOException {
        assertEquals(
                "djlt evaluate: one of --reference and --test must be given, got both; see djlt evaluate --help",
                run("", "evaluate", "--test=a", "--reference=b").err().strip());
        Path empty = Files.createFile(temporary.resolve("empty.tsv"));
        assertEquals(
                "djlt evaluate: " + empty + " must have lines, got an empty text",
                run("", "evaluate", "--test=" + empty).err().strip());
        Path missing = temporary.resolve("none.tsv");
        assertEquals(
                "djlt evaluate: " + missing + ": no such file",
                run("", "evaluate", "--test=" + missing).err().strip());
    }

    @Test
    void progressRewritesOneLineTwiceASecond() {
        StringWriter terminal = new StringWriter();
        long[] nanoTime = {0};
        Progress progress = Progress.on(new PrintWriter(terminal), () -> nanoTime[0]);
        for (int i = 0; i < 10; i++) {
            nanoTime[0] += 200_000_000;
            progress.add();
        }
        progress.end();
        assertEquals(
                "\r3 lines, 5.0 lines/s\r6 lines, 5.0 lines/s\r9 lines, 5.0 lines/s\r10 lines, 5.0 lines/s"
                        + System.lineSeparator(),
                terminal.toString());
    }
}

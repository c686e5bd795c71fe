package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.LibraryVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DjltTest {
    private static final String VERSION = "version:djl-transformers-" + LibraryVersion.value();

    @TempDir
    Path folder;

    private record Outcome(int status, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Djlt.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int status = command.execute(args);
        return new Outcome(status, out.toString(), err.toString());
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        Outcome help = run("--help");
        assertEquals(0, help.status());
        assertTrue(help.out().startsWith("Usage: djlt [-hV] [--debug] [COMMAND]"), help.out());
        assertTrue(help.out().contains("  evaluate   Scores text, or what a model"), help.out());
        assertTrue(help.out().contains("  2   the command line was not understood"), help.out());
        Outcome evaluate = run("evaluate", "--help");
        assertEquals(0, evaluate.status());
        assertTrue(evaluate.out().contains("13a, intl, char, zh, none"), evaluate.out());
        Outcome version = run("--version");
        assertEquals(0, version.status());
        assertTrue(
                version.out().startsWith("djlt " + LibraryVersion.value() + " (Java " + Runtime.version()),
                version.out());
    }

    @Test
    void aCommandLineNotUnderstoodIsOneLineAndStatus2() {
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt: a command must be named, one of [answer, benchmark, classify, embed, evaluate, explain, export, fill, generate, models, package, tag, tokenize, train, translate, verify]; see djlt --help"
                                + System.lineSeparator()),
                run());
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt evaluate: one of --reference and --test must be given, got none; see djlt evaluate --help"
                                + System.lineSeparator()),
                run("evaluate"));
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt evaluate: Invalid value for option '--tokenize': must be one of 13a, intl, char, zh, none,"
                                + " got spm; see djlt evaluate --help" + System.lineSeparator()),
                run("evaluate", "--reference", "x", "--tokenize", "spm"));
        assertEquals(2, run("evalute").status());
    }

    @Test
    void evaluatePrintsScoresWithSignatures() throws IOException {
        String hypothesis = file("hyp", "The cat sat on the mat.\nIt rains.\n");
        String first = file("ref1", "The cat is sitting on the mat.\nIt rains.\n");
        String second = file("ref2", "The cat sat on the mat.\nIt is raining.\n");
        Outcome outcome = run("evaluate", "--reference", first, second, "--hypothesis", hypothesis);
        assertEquals("", outcome.err());
        assertEquals(0, outcome.status());
        assertEquals("""
                BLEU|nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|V = 100.00 100.0/100.0/100.0/100.0 (BP = 1.000 ratio = 1.000 hyp_len = 10 ref_len = 10)
                chrF2|nrefs:2|case:mixed|eff:yes|nc:6|nw:0|space:no|V = 100.00
                chrF2++|nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|V = 100.00
                """.replace("|V", "|" + VERSION), outcome.out().replace("\r\n", "\n"));
    }

    @Test
    void evaluatePrintsErrorRatesWithTheirIntervals() throws IOException {
        String hypothesis = file("hyp", "K AE T\nD AO\n");
        String first = file("ref1", "K AE T\nD AO G\n");
        Outcome outcome =
                run("evaluate", "--metrics=errors", "--confidence", "--reference", first, "--hypothesis", hypothesis);
        assertEquals("", outcome.err());
        assertEquals("""
                WER|nrefs:1|case:mixed|V = 16.67, 95 % of resamples from 0.00 to 33.33
                CER|nrefs:1|case:mixed|V = 16.67, 95 % of resamples from 0.00 to 33.33
                SER|nrefs:1|case:mixed|V = 50.00, 95 % of resamples from 0.00 to 100.00
                """.replace("|V", "|" + VERSION), outcome.out().replace("\r\n", "\n"));
        JsonObject report = JsonParser.parseString(run(
                                "evaluate",
                                "--metrics=errors",
                                "--confidence",
                                "--json",
                                "--reference",
                                first,
                                "--hypothesis",
                                hypothesis)
                        .out())
                .getAsJsonObject();
        assertEquals(100, report.getAsJsonObject("ser").get("high").getAsDouble());
    }

    @Test
    void evaluateReadsStandardInputAndPackedReferences() throws IOException {
        Path reference = folder.resolve("ref.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(reference))) {
            packed.write("ÜBER ALLEM\n".getBytes(StandardCharsets.UTF_8));
        }
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("über allen".getBytes(StandardCharsets.UTF_8)));
        Outcome outcome;
        try {
            outcome = run("evaluate", "--reference=" + reference, "--tokenize=char", "--lowercase", "--json");
        } finally {
            System.setIn(before);
        }
        assertEquals("", outcome.err());
        JsonObject report = JsonParser.parseString(outcome.out()).getAsJsonObject();
        assertEquals(1, report.get("lines").getAsLong());
        JsonObject bleu = report.getAsJsonObject("bleu");
        // 8 of 9 characters, 7 of 8 pairs, 6 of 7 triples, 5 of 6 quadruples
        assertEquals(100 * Math.pow(5 / 9.0, 0.25), bleu.get("score").getAsDouble(), 1e-12);
        assertEquals(4, bleu.getAsJsonArray("precisions").size());
        assertEquals(9, bleu.get("hypothesis_length").getAsLong());
        assertEquals(
                "nrefs:1|case:lc|eff:no|tok:char|smooth:exp|" + VERSION,
                bleu.get("signature").getAsString());
        double chrF = (8 / 9.0 + 7 / 8.0 + 6 / 7.0 + 5 / 6.0 + 4 / 5.0 + 3 / 4.0) / 6;
        assertEquals(100 * chrF, report.getAsJsonObject("chrf2").get("score").getAsDouble(), 1e-12);
        assertTrue(report.has("chrf2++"), outcome.out());
    }

    @Test
    void failuresAreOneLineAndStatus1() throws IOException {
        String two = file("two", "a\nb\n");
        String three = file("three", "a\nb\nc\n");
        String empty = file("empty", "");
        String missing = folder.resolve("missing").toString();
        assertFailure(
                three + " must have as many lines as " + two + ", which has 2, got 3",
                run("evaluate", "--reference", two, three, "--hypothesis", two));
        assertFailure(
                empty + " must have lines, got an empty text",
                run("evaluate", "--reference", empty, "--hypothesis", empty));
        assertFailure(missing + ": no such file", run("evaluate", "--reference", missing, "--hypothesis", two));
        Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', '\n', (byte) 0xe4, '\n'});
        assertFailure(
                "line 2 of " + latin + " must be UTF-8, got 0xE4 as byte 1 of the line",
                run("evaluate", "--reference", two, "--hypothesis", latin.toString()));
        Path cut = Files.write(folder.resolve("cut"), new byte[] {0x1f, (byte) 0x8b, 8});
        assertFailure(
                cut + " must be readable, got: java.io.EOFException",
                run("evaluate", "--reference", cut.toString(), "--hypothesis", two));
    }

    private static void assertFailure(String message, Outcome actual) {
        assertEquals(new Outcome(1, "", "djlt evaluate: " + message + System.lineSeparator()), actual);
    }

    @Test
    void outputThatDoesNotTakeEverythingIsNoSuccess() {
        assertEquals(
                "djlt: standard output must take every line, got: No space left on device" + System.lineSeparator(),
                errorOfOutputThatFails("No space left on device"));
        assertEquals("", errorOfOutputThatFails("Broken pipe"));
    }

    private static String errorOfOutputThatFails(String reason) {
        OutputStream failing = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(reason);
            }
        };
        StringWriter err = new StringWriter();
        CommandLine command = Djlt.commandLine();
        command.setErr(new PrintWriter(err, true));
        assertEquals(1, Djlt.execute(command, failing, "--version"));
        return err.toString();
    }

    @Test
    void trainChecksEngineAndThreadsBeforeItReads() {
        String[] files = {"train", "missing.json", "--data=missing", "--output=" + folder};
        assertEquals(
                "djlt train: EngineChoice: engine must be one of [PyTorch, MXNet, OnnxRuntime], got TensorFlow",
                run(files[0], files[1], files[2], files[3], "--engine=TensorFlow")
                        .err()
                        .strip());
        assertEquals(
                "djlt train: --threads must be positive, got 0; see djlt train --help",
                run(files[0], files[1], files[2], files[3], "--threads=0").err().strip());
        assertEquals(
                "djlt train: --threads must be left out for MXNet, got 2, set the variable OMP_NUM_THREADS instead;"
                        + " see djlt train --help",
                run(files[0], files[1], files[2], files[3], "--engine=MXNet", "--threads=2")
                        .err()
                        .strip());
    }

    @Test
    void debugShowsTheStackTrace() {
        String missing = folder.resolve("missing").toString();
        Outcome outcome = run("evaluate", "--debug", "--reference", missing, "--hypothesis", missing);
        assertEquals(1, outcome.status());
        assertTrue(outcome.err().contains("java.nio.file.NoSuchFileException: " + missing), outcome.err());
        assertTrue(outcome.err().contains("\tat io.github.djltransformers.text.data.TextLines.open"), outcome.err());
    }

    @Test
    void theNearestCommandIsSuggested() {
        Outcome outcome = run("translat", "hello");
        assertEquals(2, outcome.status());
        assertTrue(outcome.err().contains(", did you mean translate?; see djlt --help"), outcome.err());
    }

    @Test
    void errorsAreOneLineToo() {
        StringWriter err = new StringWriter();
        CommandLine command = Djlt.commandLine(new ModelCommands((options, nBest) -> {
            throw new OutOfMemoryError("Java heap space");
        }));
        command.setErr(new PrintWriter(err, true));
        assertEquals(1, Djlt.execute(command, OutputStream.nullOutputStream(), "translate", "hello"));
        assertTrue(
                err.toString()
                        .matches("djlt: Java's memory of \\d+ MB must be larger for this, got Java heap space;"
                                + " set DJLT_JAVA_OPTS=-Xmx\\d+m\\R"),
                err::toString);
    }

    @Test
    void moreThreadsThanAnyMachineUsesAreRefused() {
        Outcome outcome = run("translate", "--threads", "100000", "hello");
        assertEquals(2, outcome.status());
        assertTrue(outcome.err().contains("--threads must be at most"), outcome.err());
    }
}

package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.zoo.ModelPackager;
import io.github.djltransformers.zoo.TinyModel;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExportCommandTest {
    private static final String SIGNATURE =
            "sourceIds (B, S) INT64, sourceKeepMask (B, 1, 1, S) BOOLEAN, targetIds (B, T) INT64"
                    + " -> logits (B, T, 270) FLOAT32";

    @TempDir
    Path temporary;

    private record Outcome(int status, String out, String err) {
        Outcome withoutSizes() {
            return new Outcome(status, out, err.replaceAll("\\d+ bytes", "N bytes"));
        }
    }

    @EngineTest
    void directoryAndPackagedModelBecomeStockTorchScript(String engine)
            throws IOException, ModelException, TranslateException {
        Path own = temporary.resolve("own");
        float[] expected = TinyModel.save(own);
        ModelPackager.add(temporary.resolve("models"), own, TinyModel.description("1.0.0"));
        Path archives = Files.createDirectory(temporary.resolve("archives"));
        for (String model : new String[] {own.toString(), "en-de"}) {
            Path file = archives.resolve("out.pt");
            Outcome outcome = export("--format=torchscript", "--force", "--engine=" + engine, model, file.toString());
            assertEquals(new Outcome(0, "", file + ": " + Files.size(file) + " bytes\n" + SIGNATURE + "\n"), outcome);
            assertArrayEquals(expected, predict("PyTorch", archives), 1e-5f);
        }
        try (Stream<Path> files = Files.list(archives)) {
            assertEquals(1, files.count());
        }
    }

    @EngineTest
    void modelsBecomeStockSymbols(String engine) throws IOException, ModelException, TranslateException {
        Path own = temporary.resolve("own");
        float[] expected = TinyModel.save(own);
        Path symbols = Files.createDirectory(temporary.resolve("symbols"));
        Path graph = symbols.resolve("out-symbol.json");
        Path parameters = symbols.resolve("out-0000.params");
        assertEquals(
                new Outcome(0, "", graph + ": N bytes\n" + parameters + ": N bytes\n" + SIGNATURE + "\n"),
                export(
                                "--format=mxnet",
                                "--engine=" + engine,
                                own.toString(),
                                symbols.resolve("out").toString())
                        .withoutSizes());
        if (EngineNames.all().contains("MXNet")) {
            assertArrayEquals(expected, predict("MXNet", symbols), 1e-5f);
        }
        assertEquals(
                "djlt export: OUT must not exist, got " + graph
                        + "; add --force to replace it; see djlt export --help\n",
                export("--format=mxnet", own.toString(), symbols.resolve("out").toString())
                        .err());
    }

    /** Of a model that writes, an encoder and a step, and what each takes. */
    @EngineTest
    void modelsBecomeOnnxFiles(String engine) throws IOException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        Path encoder = temporary.resolve("out-encoder.onnx");
        Path step = temporary.resolve("out-step.onnx");
        Outcome outcome = export(
                        "--format=onnx",
                        "--engine=" + engine,
                        own.toString(),
                        temporary.resolve("out.onnx").toString())
                .withoutSizes();
        assertEquals(0, outcome.status(), outcome.err());
        String[] lines = outcome.err().split("\n");
        assertEquals(encoder + ": N bytes", lines[0]);
        assertEquals(step + ": N bytes", lines[1]);
        assertEquals(
                "out-encoder.onnx: input_ids (batch, length) INT64, attention_mask (batch, length) INT64 ->"
                        + " present.0.encoder.key, present.0.encoder.value",
                lines[2]);
        assertTrue(lines[3].startsWith("out-step.onnx: input_ids (batch, 1) INT64, attention_mask"), lines[3]);
        assertEquals(4, lines.length);
        assertEquals(
                "djlt export: OUT must not exist, got " + encoder
                        + "; add --force to replace it; see djlt export --help\n",
                export(
                                "--format=onnx",
                                own.toString(),
                                temporary.resolve("out.onnx").toString())
                        .err());
    }

    @Test
    void anExportNeverWritesOverItsInput() throws IOException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        Path weights = own.resolve("model.safetensors");
        byte[] before = Files.readAllBytes(weights);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), weights);
        for (Path file : List.of(weights, link)) {
            Outcome outcome = export("--format=torchscript", "--force", own.toString(), file.toString());
            assertEquals(
                    "djlt export: OUT must not be a file of MODEL's own directory, got " + file
                            + "; see djlt export --help\n",
                    outcome.err());
            assertArrayEquals(before, Files.readAllBytes(weights));
        }
    }

    @Test
    void anExportWritesIntoWhatIsNoFile() throws IOException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        Outcome outcome = export("--format=torchscript", own.toString(), "/dev/null");
        assertEquals(0, outcome.status(), outcome.err());
        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    }

    private static float[] predict(String engine, Path directory)
            throws IOException, ModelException, TranslateException {
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory)
                .optModelName("out")
                .optEngine(engine)
                .optDevice(Device.cpu())
                .optTranslator(new NoopTranslator())
                .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            return predictor
                    .predict(TinyModel.inputs(manager))
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    @Test
    void signaturesNameInputsInOrder() {
        ModelConfig.EncoderDecoder tiny = (ModelConfig.EncoderDecoder) TinyModel.CONFIG;
        assertEquals(SIGNATURE, ModelSignature.of(tiny));
        assertEquals(
                "ids (B, T) INT64, keepMask (B, 1, 1, T) BOOLEAN -> logits (B, 3) FLOAT32",
                ModelSignature.of(new ModelConfig.Classifier(tiny.transformer(), 3)));
        assertEquals(
                "ids (B, T) INT64 -> logits (B, T, 270) FLOAT32",
                ModelSignature.of(new ModelConfig.LanguageModel(tiny.transformer())));
    }

    @Test
    void wrongArgumentsAreNamed() throws IOException, ModelException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        ModelPackager.add(temporary.resolve("models"), own, TinyModel.description("1.0.0"));
        Path file = temporary.resolve("out.pt");
        String usage = "; see djlt export --help";
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt export: --format must be one of [torchscript, mxnet, onnx], got tflite" + usage + "\n"),
                export("--format=tflite", own.toString(), file.toString()));

        Path nowhere = temporary.resolve("nowhere/out.pt");
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt export: OUT must be a file in an existing directory, got " + nowhere + usage + "\n"),
                export("--format=torchscript", own.toString(), nowhere.toString()));
        assertEquals(
                new Outcome(2, "", "djlt export: OUT must be a file, got the directory " + own + usage + "\n"),
                export("--format=torchscript", "--force", "en-de", own.toString()));

        Files.writeString(file, "mine");
        assertEquals(
                new Outcome(
                        2,
                        "",
                        "djlt export: OUT must not exist, got " + file + "; add --force to replace it" + usage + "\n"),
                export("--format=torchscript", own.toString(), file.toString()));
        assertEquals(
                new Outcome(1, "", "djlt export: MODEL must be a directory or one of [en-de], got en-fr\n"),
                export("--format=torchscript", "--force", "en-fr", file.toString()));
        assertEquals("mine", Files.readString(file));
    }

    private Outcome export(String... args) {
        CommandLine command = Djlt.commandLine(new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == ExportCommand.class
                        ? type.cast(new ExportCommand(ExportCommandTest.this::zoo))
                        : CommandLine.defaultFactory().create(type);
            }
        });
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        String[] all = Stream.concat(Stream.of("export"), Stream.of(args)).toArray(String[]::new);
        int status = command.execute(all);
        return new Outcome(status, out.toString(), err.toString().replace("\r\n", "\n"));
    }

    private TransformerModelZoo zoo() {
        try {
            return TransformerModelZoo.of(
                    temporary.resolve("models/index.json").toUri().toURL(), temporary.resolve("cache"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ModelException e) {
            throw new AssertionError(e);
        }
    }
}

package io.github.djltransformers.engine.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.export.Exporter;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives, opened by DJL as it opens any other TorchScript, compute what the block computes. */
class TorchScriptExporterTest {
    private static final int VOCABULARY = 17;
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);

    @TempDir
    Path directory;

    private interface Sample {
        NDList inputs(NDManager manager, int rows, int length);
    }

    private static TransformerConfig config(PositionKind positions) {
        return new TransformerConfig(LAYER, 2, 2, VOCABULARY, 16, positions, true);
    }

    @EngineTest
    void encoderLayer(String engine) throws IOException, ModelException, TranslateException {
        check(
                engine,
                new TransformerLayer(LAYER),
                (manager, rows, length) -> new NDList(
                        Samples.normal(manager, DataType.FLOAT32, 1, rows, length, 12), keep(manager, rows, length)));
        check(
                engine,
                new TransformerLayer(LAYER),
                (manager, rows, length) -> new NDList(Samples.normal(manager, DataType.FLOAT32, 1, rows, length, 12)));
    }

    @EngineTest
    void severalOutputsAreATuple(String engine) throws IOException, ModelException, TranslateException {
        check(engine, MultiHeadAttention.withWeights(AttentionConfig.of(12, 3)), (manager, rows, length) -> {
            NDArray memory = Samples.normal(manager, DataType.FLOAT32, 7, rows, length, 12);
            NDArray query = Samples.normal(manager, DataType.FLOAT32, 6, rows, 3, 12);
            return new NDList(query, memory, memory, keep(manager, rows, length));
        });
    }

    @EngineTest
    void classifier(String engine) throws IOException, ModelException, TranslateException {
        check(
                engine,
                new EncoderClassifier(config(PositionKind.LEARNED), 3),
                (manager, rows, length) ->
                        new NDList(Samples.ids(manager, 2, VOCABULARY, rows, length), keep(manager, rows, length)));
    }

    @EngineTest
    void languageModel(String engine) throws IOException, ModelException, TranslateException {
        check(
                engine,
                new DecoderLanguageModel(config(PositionKind.SINUSOIDAL)),
                (manager, rows, length) -> new NDList(Samples.ids(manager, 3, VOCABULARY, rows, length)));
    }

    @EngineTest
    void encoderDecoder(String engine) throws IOException, ModelException, TranslateException {
        check(
                engine,
                new EncoderDecoderTransformer(config(PositionKind.SINUSOIDAL)),
                (manager, rows, length) -> new NDList(
                        Samples.ids(manager, 4, VOCABULARY, rows, length),
                        keep(manager, rows, length),
                        Samples.ids(manager, 5, VOCABULARY, rows, length + 2)));
    }

    /** The last row is all padding. */
    private static NDArray keep(NDManager manager, int rows, int length) {
        int[] kept = new int[rows];
        for (int i = 0; i < rows - 1; i++) {
            kept[i] = length - i;
        }
        return Samples.keepMask(manager, length, kept);
    }

    private void check(String engine, TransformerBlock block, Sample sample)
            throws IOException, ModelException, TranslateException {
        Path file = directory.resolve(block.name() + ".pt");
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Samples.initialized(manager, DataType.FLOAT32, block);
            new TorchScriptExporter().export(block, sample.inputs(manager, 2, 4).size(), file);
            Criteria<NDList, NDList> criteria = Criteria.builder()
                    .setTypes(NDList.class, NDList.class)
                    .optModelPath(directory)
                    .optModelName(block.name())
                    .optEngine("PyTorch")
                    .optDevice(Device.cpu())
                    .optTranslator(new NoopTranslator())
                    .build();
            try (ZooModel<NDList, NDList> model = criteria.loadModel();
                    Predictor<NDList, NDList> predictor = model.newPredictor()) {
                // More than once: from the second call on, PyTorch may run what it has specialised.
                for (int call = 0; call < 6; call++) {
                    int rows = call % 2 == 0 ? 2 : 5;
                    int length = call % 2 == 0 ? 7 : 5;
                    NDList expected = block.forward(
                            new ParameterStore(manager, true), sample.inputs(manager, rows, length), false);
                    try (NDManager scratch = model.getNDManager().newSubManager()) {
                        NDList actual = predictor.predict(sample.inputs(scratch, rows, length));
                        assertEquals(expected.size(), actual.size());
                        for (int i = 0; i < expected.size(); i++) {
                            closeness.compare("output " + i + " of call " + call, expected.get(i), actual.get(i));
                        }
                        actual.close();
                    }
                }
            }
        }
        closeness.verify(engine + "'s " + block.name());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
        Files.delete(file);
    }

    @Test
    void exportersAreFound() {
        assertEquals(
                List.of("torchscript", "mxnet", "onnx"),
                Exporter.all().stream().map(Exporter::format).toList());
    }

    @EngineTest
    void failuresLeaveTheOldFile(String engine) throws IOException {
        Path file = directory.resolve("old.pt");
        Files.writeString(file, "old");
        TorchScriptExporter exporter = new TorchScriptExporter();
        TransformerLayer block = new TransformerLayer(LAYER);
        assertEquals(
                "TorchScriptExporter: parameter 'self_attention.query.weight' of TransformerLayer must be initialised, got none;"
                        + " initialise or load the block before exporting it",
                assertThrows(IllegalStateException.class, () -> exporter.export(block, 1, file))
                        .getMessage());
        for (int inputs : new int[] {0, 3}) {
            assertEquals(
                    "TorchScriptExporter: inputs of TransformerLayer must be 1 to 2 of [x, keepMask?], got " + inputs,
                    assertThrows(IllegalArgumentException.class, () -> exporter.export(block, inputs, file))
                            .getMessage());
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            block.initialize(manager, DataType.FLOAT64);
            assertEquals(
                    "TorchScriptExporter: parameter 'self_attention.query.weight' of TransformerLayer must be FLOAT32,"
                            + " got FLOAT64",
                    assertThrows(IllegalArgumentException.class, () -> exporter.export(block, 1, file))
                            .getMessage());
        }
        Path nowhere = directory.resolve("nowhere/model.pt");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerLayer ready = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            assertThrows(NoSuchFileException.class, () -> exporter.export(ready, 1, nowhere));
        }
        assertEquals("old", Files.readString(file));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }
}

package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.OnnxSession;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Exported models, as ONNX Runtime itself opens them, compute what the models compute, and take and give what they say. */
class OnnxExporterTest {
    private static final int V = 17;
    private static final int D = 12;
    private static final int LAYERS = 2;
    private static final LayerConfig LAYER = LayerConfig.of(D, 3, 20);

    @TempDir
    Path folder;

    private final OnnxExporter exporter = new OnnxExporter();

    private static TransformerConfig config(PositionKind positions) {
        return new TransformerConfig(LAYER, LAYERS, LAYERS, V, 16, positions, true);
    }

    /** Rows of three lengths: (B, T) ids, and what is kept of them. */
    private record Texts(NDArray ids, NDArray keep, NDArray ones) {
        static Texts draw(NDManager manager, int length, boolean paddedInFront) {
            NDArray ids = Samples.ids(manager, length, V, 3, length);
            boolean[] keep = new boolean[3 * length];
            long[] ones = new long[keep.length];
            for (int i = 0; i < keep.length; i++) {
                int place = paddedInFront ? length - 1 - i % length : i % length;
                keep[i] = place < length - i / length;
                ones[i] = keep[i] ? 1 : 0;
            }
            return new Texts(
                    ids, manager.create(keep, new Shape(3, 1, 1, length)), manager.create(ones, new Shape(3, length)));
        }
    }

    @EngineTest
    void encodersTakeWhatThoseOfOthersTake(String engine) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            encoder(manager, new EncoderClassifier(config(PositionKind.LEARNED), 3), "logits");
            TransformerConfig encoding = config(PositionKind.SINUSOIDAL);
            encoder(
                    manager,
                    new EncoderModel(encoding.embedding(), StackConfig.of(LAYER, LAYERS, LAYER.norm())),
                    "last_hidden_state");
        }
    }

    private void encoder(NDManager manager, TransformerBlock model, String output) throws Exception {
        Path file = folder.resolve("model.onnx");
        Samples.initialized(manager, DataType.FLOAT32, model);
        List<String> lines = exporter.exportModel(model, file);
        assertEquals(
                List.of("model.onnx: input_ids (batch, length) INT64, attention_mask (batch, length) INT64 -> "
                        + output),
                lines);
        Closeness closeness = new Closeness(1e-5);
        try (OnnxSession session = new OnnxSession(file)) {
            assertEquals(List.of("input_ids", "attention_mask"), session.inputs());
            assertEquals(List.of(output), session.outputs());
            for (int length = 3; length < 8; length++) {
                Texts texts = Texts.draw(manager, length, false);
                NDList expected =
                        model.forward(new ParameterStore(manager, false), new NDList(texts.ids, texts.keep), false);
                closeness.compare(
                        "length " + length,
                        expected.singletonOrThrow(),
                        session.run(manager, new NDList(texts.ids, texts.ones)).get(0));
            }
        }
        closeness.verify(model.name());
    }

    /** A beginning padded in front, and then a token after the other, gives what the whole gives at once. */
    @EngineTest
    void languageModelsGoOnFromTheirCaches(String engine) throws Exception {
        languageModel(engine, PositionKind.SINUSOIDAL);
        languageModel(engine, PositionKind.LEARNED);
    }

    private void languageModel(String engine, PositionKind positions) throws Exception {
        Path file = folder.resolve("writer.onnx");
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model =
                    Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config(positions)));
            exporter.exportModel(model, file);
            Texts whole = Texts.draw(manager, 8, true);
            NDArray expected = model.forward(
                            new ParameterStore(manager, false), new NDList(whole.ids, whole.keep), false)
                    .singletonOrThrow();
            try (OnnxSession beginning = new OnnxSession(file);
                    OnnxSession step = new OnnxSession(folder.resolve("writer-step.onnx"))) {
                assertEquals("past_key_values.0.key", step.inputs().get(2));
                assertEquals("present.1.value", step.outputs().get(2 * LAYERS));
                NDList state = beginning.run(manager, new NDList(whole.ids.get(":, :5"), whole.ones.get(":, :5")));
                closeness.compare(
                        "beginning", expected.get(":, 3:5"), state.get(0).get(":, 3:"));
                for (int place = 5; place < 8; place++) {
                    NDList given = new NDList(
                            whole.ids.get(":, {}:{}", place, place + 1), whole.ones.get(":, :{}", place + 1));
                    given.addAll(state.subNDList(1));
                    state = step.run(manager, given);
                    closeness.compare("place " + place, expected.get(":, {}:{}", place, place + 1), state.get(0));
                }
            }
        }
        closeness.verify(engine + " " + positions);
    }

    /** An encoder's keys and values once, and then a token after the other from no past. */
    @EngineTest
    void encoderDecodersWriteStepByStep(String engine) throws Exception {
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = Samples.initialized(
                    manager, DataType.FLOAT32, new EncoderDecoderTransformer(config(PositionKind.SINUSOIDAL)));
            List<Path> files = exporter.files(model, folder.resolve("translator.onnx"));
            exporter.exportModel(model, folder.resolve("translator.onnx"));
            assertEquals(
                    List.of(folder.resolve("translator-encoder.onnx"), folder.resolve("translator-step.onnx")), files);
            Texts source = Texts.draw(manager, 6, false);
            NDArray target = Samples.ids(manager, 5, V, 3, 7);
            NDArray expected = model.forward(
                            new ParameterStore(manager, false), new NDList(source.ids, source.keep, target), false)
                    .singletonOrThrow();
            try (OnnxSession encoder = new OnnxSession(files.get(0));
                    OnnxSession step = new OnnxSession(files.get(1))) {
                assertEquals("present.0.encoder.key", encoder.outputs().get(0));
                NDList memory = encoder.run(manager, new NDList(source.ids, source.ones));
                NDList past = new NDList();
                for (int i = 0; i < 2 * LAYERS; i++) {
                    past.add(manager.create(new float[0], new Shape(3, 3, 0, D / 3)));
                }
                for (int place = 0; place < 7; place++) {
                    NDList given = new NDList(target.get(":, {}:{}", place, place + 1), source.ones);
                    given.addAll(past);
                    given.addAll(memory);
                    NDList state = step.run(manager, given);
                    closeness.compare("place " + place, expected.get(":, {}:{}", place, place + 1), state.get(0));
                    past = state.subNDList(1);
                }
            }
        }
        closeness.verify(engine);
    }

    /** Weights that the format cannot hold stand beside the file, each where a page of memory begins. */
    @EngineTest
    void weightsMayStandBesideTheFile(String engine) throws Exception {
        Path file = folder.resolve("large.onnx");
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            OnnxExporter small = new OnnxExporter(100);
            small.exportModel(layer, file);
            List<Path> files = List.of(file, folder.resolve("large.onnx.data"));
            assertEquals(files, small.files(layer, file));
            assertTrue(Files.size(file) < 10_000, "no weights in the file");
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, D);
            try (OnnxSession session = new OnnxSession(file)) {
                closeness.compare(
                        "layer",
                        layer.forward(new ParameterStore(manager, false), new NDList(x), false)
                                .singletonOrThrow(),
                        session.run(manager, new NDList(x)).get(0));
            }
        }
        closeness.verify(engine);
    }

    /** The same model gives the same bytes. */
    @EngineTest
    void filesAreReproducible(String engine) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            List<byte[]> written = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Path file = folder.resolve("same" + i + ".onnx");
                exporter.exportModel(layer, file);
                written.add(Files.readAllBytes(file));
            }
            assertEquals(List.of(), differences(written.get(0), written.get(1)));
        }
    }

    private static List<Integer> differences(byte[] a, byte[] b) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            if (i >= a.length || i >= b.length || a[i] != b[i]) {
                places.add(i);
            }
        }
        return places;
    }
}

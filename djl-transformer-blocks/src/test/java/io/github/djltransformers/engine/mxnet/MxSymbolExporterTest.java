package io.github.djltransformers.engine.mxnet;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Symbols, opened by DJL as it opens any other of MXNet, compute what the block computes. */
class MxSymbolExporterTest {
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
    void severalOutputs(String engine) throws IOException, ModelException, TranslateException {
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
        Path file = directory.resolve(block.name());
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Samples.initialized(manager, DataType.FLOAT32, block);
            new MxSymbolExporter().export(block, sample.inputs(manager, 2, 4).size(), file);
            if (!EngineNames.all().contains("MXNet")) {
                return; // this platform has nothing to open it with
            }
            Criteria<NDList, NDList> criteria = Criteria.builder()
                    .setTypes(NDList.class, NDList.class)
                    .optModelPath(directory)
                    .optModelName(block.name())
                    .optEngine("MXNet")
                    .optDevice(Device.cpu())
                    .optTranslator(new NoopTranslator())
                    .build();
            try (ZooModel<NDList, NDList> model = criteria.loadModel();
                    Predictor<NDList, NDList> predictor = model.newPredictor()) {
                // More than once: MXNet plans memory at the first call, and again for another shape.
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
        List<Path> written = List.of(
                directory.resolve(block.name() + "-0000.params"), directory.resolve(block.name() + "-symbol.json"));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(written, files.sorted().toList());
        }
        for (Path path : written) {
            Files.delete(path);
        }
    }
}

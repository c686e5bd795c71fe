package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.Samples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Programs of ONNX Runtime over the weights of PyTorch's models. */
class OrtParityTest {
    private static final CompilationConfig ONNX =
            CompilationConfig.builder().optRuntime(Runtime.ONNX).build();
    private static final CompilationConfig PACKED = CompilationConfig.builder()
            .optRuntime(Runtime.ONNX)
            .optWeights(WeightStorage.PACKED)
            .build();

    /** As it is shipped: by forward, after installing, on one draw of each case. */
    @Test
    void installedBlocksEqualEagerOnes() {
        Parity parity = new Parity();
        try (LogLines log = new LogLines()) {
            int programs = 0;
            for (ParityCase parityCase : ParityCase.all()) {
                try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                    TransformerBlock block = parityCase.initialized(manager);
                    ParameterStore store = new ParameterStore(manager, false);
                    CompiledExecution.install(block, manager, ONNX);
                    for (int index = 0; index < 3; index++) {
                        Draw draw = new Draw(manager, index, 77);
                        NDList inputs = parityCase.inputs().apply(draw).subNDList(0, parityCase.required());
                        parity.compare(
                                parityCase.name() + ", " + draw,
                                block.eager(store, inputs, false),
                                block.forward(store, inputs, false));
                    }
                    programs++;
                }
            }
            assertEquals(
                    programs,
                    log.lines().stream()
                            .filter(line -> line.contains(" runs compiled on PyTorch (ONNX Runtime, FLOAT32), "))
                            .count(),
                    log.lines()::toString);
        }
        parity.verify("ONNX Runtime, installed");
    }

    /** Values changed in place, and an array replaced. */
    @Test
    void changedWeightsAreSeen() throws Exception {
        changedWeightsAreSeen(ONNX);
        changedWeightsAreSeen(PACKED);
    }

    private static void changedWeightsAreSeen(CompilationConfig config) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerLayer layer =
                    Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LayerConfig.of(12, 3, 20)));
            ParameterStore store = new ParameterStore(manager, false);
            CompiledExecution.install(layer, manager, config);
            NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 12));
            NDArray before = layer.forward(store, inputs, false).singletonOrThrow();
            ParameterNames.of(layer)
                    .values()
                    .forEach(parameter -> parameter.getArray().muli(1.1f));
            same(layer, store, inputs, before);
            NDArray after = layer.forward(store, inputs, false).singletonOrThrow();
            TransformerLayer other = new TransformerLayer(LayerConfig.of(12, 3, 20));
            other.initialize(manager, DataType.FLOAT32);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            other.saveParameters(new DataOutputStream(bytes));
            layer.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            same(layer, new ParameterStore(manager, false), inputs, after);
        }
    }

    /** Candidates of padded and other inputs, rows that move, in beams side by side and not, whatever the model has. */
    @Test
    void decodingEqualsEager() {
        Parity parity = new Parity();
        List<Function<NDManager, GenerativeModel>> makers = new ArrayList<>(TinyModels.modernWriters());
        makers.add(TinyModels::encoderDecoder);
        makers.add(TinyModels::languageModel);
        for (int i = 0; i < makers.size(); i++) {
            String name = "model " + i;
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                GenerativeModel model = makers.get(i).apply(manager);
                CompiledExecution.install((TransformerBlock) model, manager, ONNX);
                CompiledDecodingTest.compare(
                        parity, name, model, manager, CompiledDecodingTest.UNPADDED, new Random(1), 5);
                CompiledDecodingTest.compare(
                        parity, name + " padded", model, manager, CompiledDecodingTest.PADDED, new Random(2), 5);
                assertEquals(
                        Optional.empty(), ((CompiledExecution) ((TransformerBlock) model).execution()).eagerReason());
            }
        }
        parity.verify("ONNX Runtime, decoding");
    }

    /** As far as caches grow several times, with rows that move and steps taken back. */
    @Test
    void longDecodingEqualsEager() {
        Parity parity = new Parity();
        for (CompilationConfig config : List.of(ONNX, PACKED)) {
            for (Function<NDManager, GenerativeModel> maker : TinyModels.writersInPlace()) {
                try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                    GenerativeModel model = maker.apply(manager);
                    CompiledExecution.install((TransformerBlock) model, manager, config);
                    for (List<int[]> inputs : List.of(CompiledDecodingTest.UNPADDED, CompiledDecodingTest.PADDED)) {
                        CompiledDecodingTest.compare(
                                parity, model + " moved", model, manager, inputs, new Random(1), 5);
                        compareLong(parity, model, manager, inputs);
                    }
                }
            }
        }
        parity.verify("ONNX Runtime, long decoding");
    }

    /** No farther from eager than weights of 7 bits are, for as long as caches grow. */
    @Test
    void longDecodingIsNearInEightBits() {
        CompilationConfig eightBits = CompilationConfig.builder()
                .optRuntime(Runtime.ONNX)
                .optPrecision(Precision.INT8)
                .build();
        for (Function<NDManager, GenerativeModel> maker : TinyModels.writersInPlace()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                GenerativeModel model = maker.apply(manager);
                CompiledExecution.install((TransformerBlock) model, manager, eightBits);
                TokenRows rows = TokenRows.of(CompiledDecodingTest.UNPADDED, 0);
                Random random = new Random(3);
                try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                        DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
                    for (int step = 0; step < 40; step++) {
                        int[] tokens = TinyModels.tokens(random, rows.rows());
                        eager.advance(tokens, 1);
                        compiled.advance(tokens, 1);
                        assertArrayEquals(
                                eager.scores().logProbs(1), compiled.scores().logProbs(1), 0.25f);
                    }
                }
                assertEquals(
                        Optional.empty(), ((CompiledExecution) ((TransformerBlock) model).execution()).eagerReason());
            }
        }
    }

    private static void compareLong(Parity parity, GenerativeModel model, NDManager manager, List<int[]> inputs) {
        Random random = new Random(7);
        TokenRows rows = TokenRows.of(inputs, 0);
        try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
            for (int step = 0; step < 45; step++) {
                int[] tokens = TinyModels.tokens(random, eager.rows());
                CompiledDecodingTest.compare(
                        parity, model + " step " + step, eager.advance(tokens, 4), compiled.advance(tokens, 4));
                for (int row = 0; row < eager.rows(); row++) {
                    float[] expected = eager.scores().logProbs(row);
                    float[] actual = compiled.scores().logProbs(row);
                    for (int token = 0; token < expected.length; token++) {
                        parity.compare(
                                "step " + step + " row " + row + " token " + token, expected[token], actual[token]);
                    }
                }
                if (step % 7 == 6) {
                    eager.rewind(step % 3);
                    compiled.rewind(step % 3);
                }
                if (step % 5 == 0) {
                    // In any order, or such that rows of a source stay side by side.
                    IntStream any = random.ints(eager.rows(), 0, eager.rows());
                    int[] chosen = step % 2 == 0 ? any.toArray() : any.sorted().toArray();
                    eager.select(chosen);
                    compiled.select(chosen);
                }
            }
        }
    }

    private static void same(TransformerLayer layer, ParameterStore store, NDList inputs, NDArray other) {
        Parity parity = new Parity();
        NDList compiled = layer.forward(store, inputs, false);
        parity.compare("changed", layer.eager(store, inputs, false), compiled);
        parity.verify("changed");
        assertTrue(compiled.singletonOrThrow().sub(other).abs().max().getFloat() > 1e-3);
    }
}

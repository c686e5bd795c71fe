package io.github.djltransformers.engine.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.engine.pytorch.PickleReader.Call;
import io.github.djltransformers.engine.pytorch.PickleReader.Global;
import io.github.djltransformers.engine.pytorch.PickleReader.Instance;
import io.github.djltransformers.engine.pytorch.PickleReader.Persistent;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;

/** What readers other than the one tested beside ask of an archive: Python's {@code torch.jit.load} above all. */
class TorchArchiveLayoutTest {
    private static final int LOCAL_HEADER = 0x04034b50;

    @TempDir
    Path directory;

    @EngineTest
    void entriesAreStoredAndAlignedBelowOneFolder(String engine) throws IOException {
        Path file = directory.resolve("model.pt");
        int tensors = export(engine, file).size();
        List<String> expected = new ArrayList<>(List.of("data.pkl", "byteorder", "code/__torch__.py"));
        IntStream.range(0, tensors).mapToObj(i -> "data/" + i).forEach(expected::add);
        expected.addAll(List.of("constants.pkl", "version"));

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> names = new ArrayList<>();
        while (bytes.getInt(bytes.position()) == LOCAL_HEADER) {
            int header = bytes.position();
            assertEquals(0, bytes.getShort(header + 8), "method");
            int size = bytes.getInt(header + 18);
            assertEquals(size, bytes.getInt(header + 22), "both sizes");
            byte[] name = new byte[bytes.getShort(header + 26)];
            bytes.get(header + 30, name);
            names.add(new String(name, StandardCharsets.UTF_8));
            int data = header + 30 + name.length + bytes.getShort(header + 28);
            assertEquals(0, data % 64, names.get(names.size() - 1));
            assertEquals(
                    "FB",
                    "" + (char) bytes.get(header + 30 + name.length) + (char) bytes.get(header + 31 + name.length));
            bytes.position(data + size);
        }
        assertEquals(expected.stream().map(name -> "archive/" + name).toList(), names);
        assertEquals("little", text(file, "byteorder"));
        assertEquals("10\n", text(file, "version"));
        assertEquals(List.of(), PickleReader.read(entry(file, "constants.pkl")));
        String source = text(file, "code/__torch__.py");
        assertTrue(source.contains("def triangle("), source);
        assertFalse(source.contains("def int8("), source);

        Path again = directory.resolve("again.pt");
        export(engine, again);
        assertEquals(-1, Files.mismatch(file, again));
    }

    @EngineTest
    void stateNamesEveryParameterWithItsShapeAndValues(String engine) throws IOException {
        Path file = directory.resolve("model.pt");
        Map<String, float[]> expected = export(engine, file);
        Map<String, Call> state = new LinkedHashMap<>();
        collect("", (Instance) PickleReader.read(entry(file, "data.pkl")), state);
        assertEquals(expected.keySet(), state.keySet());
        int storage = 0;
        for (Map.Entry<String, Call> tensor : state.entrySet()) {
            assertEquals(
                    new Global("torch._utils._rebuild_tensor_v2"),
                    tensor.getValue().function());
            List<Object> arguments = tensor.getValue().arguments();
            float[] values = expected.get(tensor.getKey());
            assertEquals(
                    new Persistent(List.of(
                            "storage", new Global("torch.FloatStorage"), Integer.toString(storage), "cpu", (long)
                                    values.length)),
                    arguments.get(0));
            assertEquals(
                    List.of(0L, false, new Call(new Global("collections.OrderedDict"), List.of())),
                    List.of(arguments.get(1), arguments.get(4), arguments.get(5)));
            float[] stored = new float[values.length];
            ByteBuffer.wrap(entry(file, "data/" + storage))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(stored);
            assertArrayEquals(values, stored, tensor.getKey());
            storage++;
        }
        List<Object> table = state.get("embedding.weight").arguments();
        assertEquals(List.of(300L, 12L), table.get(2));
        assertEquals(List.of(12L, 1L), table.get(3));
        assertEquals(List.of(12L), state.get("decoder.norm.weight").arguments().get(2));
    }

    private static void collect(String prefix, Instance module, Map<String, Call> state) {
        assertTrue(module.type().name().startsWith("__torch__.DecoderLanguageModel"), module.type()::name);
        assertEquals(false, module.state().get("training"));
        module.state().forEach((name, value) -> {
            if (value instanceof Instance child) {
                collect(prefix + name + ".", child, state);
            } else if (value instanceof Call tensor) {
                state.put(prefix + name, tensor);
            }
        });
    }

    /** A model one of whose tensors has more than 255 rows. */
    private static Map<String, float[]> export(String engine, Path file) throws IOException {
        TransformerConfig config =
                new TransformerConfig(LayerConfig.of(12, 3, 20), 0, 2, 300, 16, PositionKind.SINUSOIDAL, true);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model =
                    Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config));
            new TorchScriptExporter().export(model, 1, file);
            Map<String, float[]> values = new LinkedHashMap<>();
            ParameterNames.of(model)
                    .forEach((name, parameter) ->
                            values.put(name, parameter.getArray().toFloatArray()));
            return values;
        }
    }

    private static byte[] entry(Path file, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry("archive/" + name);
            return zip.getInputStream(entry).readAllBytes();
        }
    }

    private static String text(Path file, String name) throws IOException {
        return new String(entry(file, name), StandardCharsets.UTF_8);
    }
}

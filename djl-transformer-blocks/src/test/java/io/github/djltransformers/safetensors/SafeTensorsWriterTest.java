package io.github.djltransformers.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.EngineTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsWriterTest {
    @TempDir
    Path folder;

    private static NDManager cpu(String engine) {
        return NDManager.newBaseManager(Device.cpu(), engine);
    }

    @EngineTest
    void everyTypeComesBackAsItWas(String engine) throws Exception {
        Path path = folder.resolve("all.safetensors");
        try (NDManager manager = cpu(engine)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            tensors.put("bool", manager.create(new boolean[] {true, false, true}));
            tensors.put("u8", manager.create(new byte[] {1, -1, 7}).toType(DataType.UINT8, false));
            tensors.put("i8", manager.create(new byte[] {-128, 0, 127}));
            tensors.put("i32", manager.create(new int[] {Integer.MIN_VALUE, 5}));
            tensors.put("i64", manager.create(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
            tensors.put("f32", manager.create(new float[] {1.5f, -0f, 3e38f, 4, 5, 6}, new Shape(2, 1, 3)));
            tensors.put("f64", manager.create(new double[] {Math.PI, -1e300}));
            tensors.put("scalar", manager.create(2.5f));
            tensors.put("empty", manager.create(new Shape(2, 0, 3)));
            tensors.put("é \"\\\n", manager.create(new float[] {9}));
            SafeTensorsWriter.write(path, tensors, Map.of("format", "pt", "license", "Ω"));
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                assertEquals(
                        List.of("f64", "i64", "empty", "f32", "i32", "scalar", "é \"\\\n", "bool", "i8", "u8"),
                        List.copyOf(file.names()));
                assertEquals(Map.of("format", "pt", "license", "Ω"), file.metadata());
                for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
                    try (NDArray read = file.read(manager, tensor.getKey())) {
                        assertEquals(tensor.getValue().getDataType(), read.getDataType(), tensor.getKey());
                        assertEquals(tensor.getValue().getShape(), read.getShape(), tensor.getKey());
                        if (read.size() > 0) {
                            assertEquals(tensor.getValue().toByteBuffer(), read.toByteBuffer(), tensor.getKey());
                        }
                    }
                }
            }
        }
    }

    @EngineTest
    void arraysReadBeforeOutliveLaterReadsAndTheFile(String engine) throws Exception {
        Path path = folder.resolve("two.safetensors");
        try (NDManager manager = cpu(engine)) {
            SafeTensorsWriter.write(
                    path,
                    Map.of("a", manager.create(new float[] {1, 2}), "b", manager.create(new float[] {3, 4})),
                    Map.of());
            NDArray a;
            NDArray b;
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                a = file.read(manager, "a");
                b = file.read(manager, "b");
            }
            assertArrayEquals(new float[] {1, 2}, a.toFloatArray());
            assertArrayEquals(new float[] {3, 4}, b.toFloatArray());
        }
    }

    @EngineTest
    void tensorsBeyondOnePieceAreWrittenAndReadInPieces(String engine) throws Exception {
        Path path = folder.resolve("pieces.safetensors");
        try (NDManager manager = cpu(engine)) {
            float[] values = new float[35];
            for (int i = 0; i < values.length; i++) {
                values[i] = i - 10;
            }
            NDArray array = manager.create(values, new Shape(5, 7));
            for (FloatStorage storage : FloatStorage.values()) {
                SafeTensorsWriter.write(path, Map.of("x", array), Map.of(), storage, 8);
                try (SafeTensorsFile file = SafeTensorsFile.open(path, 16);
                        NDArray read = file.read(manager, "x")) {
                    assertEquals(new Shape(5, 7), read.getShape());
                    assertArrayEquals(values, read.toFloatArray());
                }
            }
        }
    }

    @EngineTest
    void floatsAreStoredInSixteenBitsAndWidenedWhenRead(String engine) throws Exception {
        Path path = folder.resolve("half.safetensors");
        try (NDManager manager = cpu(engine)) {
            float[] values = {1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 0x1p-25f, Float.NEGATIVE_INFINITY, Float.NaN, -0f};
            Map<String, NDArray> tensors = Map.of("w", manager.create(values), "n", manager.create(new int[] {3}));
            SafeTensorsWriter.write(path, tensors, Map.of(), FloatStorage.FLOAT16);
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                assertEquals(new TensorEntry("w", SafeTensorsType.F16, new Shape(6), 4, 16), file.entry("w"));
                assertEquals(SafeTensorsType.I32, file.entry("n").type());
                assertArrayEquals(
                        new float[] {1, 1 + 0x1p-9f, 0, Float.NEGATIVE_INFINITY, Float.NaN, -0f},
                        file.read(manager, "w").toFloatArray());
            }
            SafeTensorsWriter.write(path, tensors, Map.of(), FloatStorage.BFLOAT16);
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                assertEquals(SafeTensorsType.BF16, file.entry("w").type());
                assertArrayEquals(
                        new float[] {1, 1, 0x1p-25f, Float.NEGATIVE_INFINITY, Float.NaN, -0f},
                        file.read(manager, "w").toFloatArray());
            }
        }
    }

    @EngineTest
    void theSameTensorsGiveTheSameAlignedBytes(String engine) throws Exception {
        Path path = folder.resolve("bytes.safetensors");
        try (NDManager manager = cpu(engine)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            tensors.put("b", manager.create(new float[] {1}));
            tensors.put("a", manager.create(new float[] {2}));
            SafeTensorsWriter.write(path, tensors, Map.of("z", "1", "y", "<2>"));
            byte[] bytes = Files.readAllBytes(path);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            String header = "{\"__metadata__\":{\"y\":\"<2>\",\"z\":\"1\"},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                    + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
            int length = (int) buffer.getLong();
            assertEquals((header.length() + 7) / 8 * 8, length);
            assertEquals(header, new String(bytes, 8, length, StandardCharsets.UTF_8).trim());
            assertEquals(2f, buffer.getFloat(8 + length));
            assertEquals(1f, buffer.getFloat(12 + length));
            assertEquals(16 + length, bytes.length);
        }
    }

    @EngineTest
    void aFailedWriteLeavesTheOldFileAndNothingElse(String engine) throws Exception {
        Path path = folder.resolve("old.safetensors");
        Files.writeString(path, "old");
        try (NDManager manager = cpu(engine)) {
            Map<String, NDArray> tensors = Map.of("big", manager.create(new float[] {65504, -65520}));
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> SafeTensorsWriter.write(path, tensors, Map.of(), FloatStorage.FLOAT16));
            assertEquals(
                    "SafeTensorsWriter: tensor 'big' must stay finite as FLOAT16, got -65520.0; store " + path
                            + " as FLOAT32",
                    e.getMessage());
            IllegalArgumentException reserved = assertThrows(
                    IllegalArgumentException.class,
                    () -> SafeTensorsWriter.write(
                            path, Map.of("__metadata__", manager.create(new float[] {1})), Map.of()));
            assertEquals(
                    "SafeTensorsWriter: tensors must leave the name __metadata__ to the format, got a tensor of it",
                    reserved.getMessage());
        }
        assertEquals("old", Files.readString(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(path), files.toList());
        }
    }
}

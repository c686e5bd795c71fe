package io.github.djltransformers.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.EngineTest;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsFileTest {
    @TempDir
    Path folder;

    private Path write(long headerLength, byte[] header, byte... data) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerLength).put(header).put(data);
        return Files.write(folder.resolve("t.safetensors"), bytes.array());
    }

    private Path write(String header, byte... data) throws IOException {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return write(bytes.length, bytes, data);
    }

    private static String openError(Path path) {
        return assertThrows(
                        MalformedModelException.class,
                        () -> SafeTensorsFile.open(path).close())
                .getMessage();
    }

    @EngineTest
    void readsAForeignFileInItsOwnOrder(String engine) throws Exception {
        Path path = write(
                "{\"z\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[1,5],\"new\":{\"deep\":[1]}},"
                        + "\"a\":{\"shape\":[1],\"dtype\":\"I8\",\"data_offsets\":[0,1]},"
                        + "\"__metadata__\":{\"k\":\"v\"}}  \n ",
                (byte) -3,
                (byte) 0x80,
                (byte) 0x3f,
                (byte) 0x20,
                (byte) 0xc1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertEquals(List.of("z", "a"), List.copyOf(file.names()));
            assertEquals(Map.of("k", "v"), file.metadata());
            assertEquals(new TensorEntry("z", SafeTensorsType.BF16, new Shape(2), 1, 5), file.entry("z"));
            assertEquals(4, file.entry("z").byteSize());
            assertArrayEquals(new float[] {1, -10}, file.read(manager, "z").toFloatArray());
            assertArrayEquals(new byte[] {-3}, file.read(manager, "a").toByteArray());
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> file.entry("b"));
            assertEquals("SafeTensorsFile: name must be one of the 2 tensors in " + path + ", got 'b'", e.getMessage());
        }
    }

    @EngineTest
    void typesWithoutAnArrayAreRefusedByName(String engine) throws Exception {
        Path path = write(
                "{\"h\":{\"dtype\":\"I16\",\"shape\":[1],\"data_offsets\":[0,2]},"
                        + "\"b\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[2,4]}}",
                new byte[] {0, 0, 1, 2});
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertEquals(
                    "SafeTensorsFile: tensor 'h' in " + path
                            + " must be F64, F32, F16, BF16, I64, I32, I8, U8 or BOOL, got I16",
                    assertThrows(MalformedModelException.class, () -> file.read(manager, "h"))
                            .getMessage());
            assertEquals(
                    "SafeTensorsFile: tensor 'b' in " + path + " must hold bytes 0 and 1, got 2",
                    assertThrows(MalformedModelException.class, () -> file.read(manager, "b"))
                            .getMessage());
        }
    }

    @EngineTest
    void aFileCutShortAfterOpeningIsAnErrorNotACrash(String engine) throws Exception {
        Path path = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                SafeTensorsFile file = SafeTensorsFile.open(path)) {
            try (RandomAccessFile access = new RandomAccessFile(path.toFile(), "rw")) {
                access.setLength(access.length() - 1);
            }
            assertEquals(
                    "SafeTensorsFile: " + path + " was cut short while it was read",
                    assertThrows(EOFException.class, () -> file.read(manager, "x"))
                            .getMessage());
        }
    }

    @Test
    void headerLengthsBeyondFileOrFormatAreRefused() throws Exception {
        byte[] none = {};
        Path tiny = Files.write(folder.resolve("tiny"), new byte[7]);
        assertEquals("SafeTensorsFile: " + tiny + " must have at least 8 bytes, got 7", openError(tiny));
        Path path = write(1, none);
        assertEquals(
                "SafeTensorsFile: the header length of " + path + " must fit into its 8 bytes, got 1", openError(path));
        write(100_000_001, none);
        assertEquals(
                "SafeTensorsFile: the header length of " + path + " must be at most 100000000 bytes, got 100000001",
                openError(path));
        write(-1, none);
        assertEquals(
                "SafeTensorsFile: the header length of " + path
                        + " must be at most 100000000 bytes, got 18446744073709551615",
                openError(path));
        write(2, new byte[] {'{', (byte) 0xff});
        assertEquals("SafeTensorsFile: the header of " + path + " must be UTF-8, got other bytes", openError(path));
    }

    /** Each header stands before 8 bytes of data; # stands for the file's path. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        []|the header of # must begin with {, got 0x5b
        {'x':1}|tensor 'x' in # must be a JSON BEGIN_OBJECT, got NUMBER
        {'x':{'dtype':'F32','shape':[2]}}|tensor 'x' in # must have dtype, shape and data_offsets, got [dtype, shape]
        {'x':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}|dtype of tensor 'x' in # must be one of [BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64, C64, F8_E4M3, F8_E5M2, F8_E8M0, F6_E2M3, F6_E3M2, F4], got F33
        {'x':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}|dtype of tensor 'x' in # must occur once, got it twice
        {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|tensor 'x' in # must occur once, got it twice
        {'__metadata__':{'a':1}}|__metadata__ 'a' in # must be a JSON STRING, got NUMBER
        {'__metadata__':{'a':'1','a':'1'}}|__metadata__ 'a' in # must occur once, got it twice
        {'x':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|shape of tensor 'x' in # must hold whole numbers from 0 to 2^63 - 1, got -2
        {'x':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|shape of tensor 'x' in # must hold whole numbers from 0 to 2^63 - 1, got 2.0
        {'x':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}|shape of tensor 'x' in # must be a JSON NUMBER, got STRING
        {'x':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,8]}}|shape of tensor 'x' in # must hold whole numbers from 0 to 2^63 - 1, got 9223372036854775808
        {'x':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}|shape of tensor 'x' in # must have a size below 2^63 bits, got [4294967296, 4294967296]
        {'x':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}}|shape of tensor 'x' in # must fill whole bytes as F4, got [3]
        {'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|data_offsets of tensor 'x' in # must be a begin and an end not before it, got [8, 0]
        {'x':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|data_offsets of tensor 'x' in # must be a begin and an end not before it, got [0]
        {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}|data_offsets of tensor 'x' in # must have at most 2 numbers, got more
        {'x':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|data_offsets of tensor 'x' in # must span the 12 bytes of F32 [3], got [0, 8]
        {'x':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}|data_offsets of tensor 'x' in # must end within the 8 data bytes of the file, got [0, 12]
        {'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|data_offsets of tensor 'x' in # must begin where the tensor before ends, at 0, got [4, 8]
        {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|data_offsets of tensor 'y' in # must begin where the tensor before ends, at 8, got [4, 8]
        {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|tensors in # must cover the 8 data bytes of the file, got 4 bytes
        """, quoteCharacter = '`')
    void falseHeadersAreRefusedByTensorAndRule(String header, String rule) throws Exception {
        Path path = write(header.replace('\'', '"'), new byte[8]);
        assertEquals("SafeTensorsFile: " + rule.replace("#", path.toString()), openError(path));
    }

    @Test
    void invalidJsonIsRefused() throws Exception {
        for (String header : List.of("{", "{\"x\":", "{}x", "{x:1}", "{\"x\":{\"dtype\":}}", "{'a':{}}")) {
            Path path = write(header);
            String message = openError(path);
            assertTrue(
                    message.startsWith("SafeTensorsFile: the header of " + path
                            + " must be valid JSON, got something else at line "),
                    header + ": " + message);
        }
        Path deep = write("{\"x\":{\"new\":" + "[".repeat(1_000_000));
        assertTrue(openError(deep).contains("must be valid JSON"));
    }

    @Test
    void headersBeginAtOnceAndNamesAreText() throws Exception {
        assertTrue(openError(write("")).endsWith(" must begin with {, got none"));
        assertTrue(openError(write("\uFEFF{}")).endsWith(" must begin with {, got 0xef"));
        assertTrue(openError(write("\0{}")).endsWith(" must begin with {, got 0x00"));
        String half = "{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";
        assertTrue(openError(write(half)).endsWith(" must be Unicode text, got half of a surrogate pair"));
    }

    @Test
    void whatIsNoFileOfTensorsIsNamed() throws Exception {
        Map<String, String> kinds = Map.of(
                "version https://git-lfs.github.com/spec/v1\noid sha256:1", "got a pointer of Git LFS; fetch",
                "<!DOCTYPE html><html></html>", "got a web page; download the file itself",
                "PK\3\4abcdefghijk", "got PyTorch's own format, which can run code; convert");
        for (Map.Entry<String, String> kind : kinds.entrySet()) {
            Path path = Files.writeString(folder.resolve("other"), kind.getKey());
            String message = openError(path);
            assertTrue(message.contains(kind.getValue()), message);
        }
        assertTrue(assertThrows(
                        IOException.class,
                        () -> SafeTensorsFile.open(Path.of("/dev/zero")).close())
                .getMessage()
                .contains("it is a pipe, a device or a socket"));
    }

    @EngineTest
    void tensorsWithoutNumbersHaveAnyShapeThatTheEngineTakes(String engine) throws Exception {
        Path path = write("{\"__metadata__\":null,\"a\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[0,0]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,0],\"data_offsets\":[0,0]},"
                + "\"c\":{\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}}");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertEquals(Map.of(), file.metadata());
            assertEquals(new Shape(3, 0), file.read(manager, "a").getShape());
            for (String name : List.of("b", "c")) {
                try {
                    assertEquals(
                            file.entry(name).shape(), file.read(manager, name).getShape());
                } catch (MalformedModelException e) {
                    assertTrue(e.getMessage().contains("must have a shape that the engine takes"), e.getMessage());
                }
            }
        }
    }

    @Test
    void unreadableFilesAreNamedWithTheReason() {
        Path missing = folder.resolve("model.safetensors");
        assertEquals(
                "SafeTensorsFile: file must be readable, got " + missing + " which does not exist; check the path",
                assertThrows(NoSuchFileException.class, () -> SafeTensorsFile.open(missing))
                        .getMessage());
        assertEquals(
                "SafeTensorsFile: file must be readable, got " + folder + " which is a directory; check the path",
                assertThrows(IOException.class, () -> SafeTensorsFile.open(folder))
                        .getMessage());
    }

    @Test
    void aFileWithoutTensorsIsValid() throws Exception {
        try (SafeTensorsFile file = SafeTensorsFile.open(write("{}"))) {
            assertTrue(file.names().isEmpty());
            assertTrue(file.metadata().isEmpty());
        }
    }

    /** A file altered or cut anywhere either opens with claims that hold, or is refused as malformed. */
    @Test
    void alteredAndTruncatedFilesNeverEscapeTheChecks() throws Exception {
        Path path = write(
                "{\"__metadata__\":{\"k\":\"v\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                        + "\"y\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[8,12]}}",
                new byte[12]);
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            openError(path);
        }
        Random random = new Random(7);
        for (int round = 0; round < 5000; round++) {
            byte[] altered = whole.clone();
            altered[random.nextInt(whole.length - 12)] = (byte) random.nextInt(256);
            Files.write(path, altered);
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                long covered = 0;
                for (String name : file.names()) {
                    covered += file.entry(name).byteSize();
                }
                assertEquals(12, covered);
            } catch (MalformedModelException e) {
                assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
            }
        }
    }
}

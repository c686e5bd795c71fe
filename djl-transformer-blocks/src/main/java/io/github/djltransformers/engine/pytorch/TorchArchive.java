package io.github.djltransformers.engine.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the zip file that libtorch loads a module from: a version, a pickled object, its constants and its source. */
final class TorchArchive {
    static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);
    /** Pickle, protocol 2: an empty tuple. */
    static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private TorchArchive() {}

    /** A module of the class {@code K} without attributes. */
    static byte[] of(String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "k/version", VERSION);
            put(zip, "k/constants.pkl", CONSTANTS);
            // Protocol 2: the class, no arguments, a new object of it, an empty dictionary as its state.
            put(zip, "k/data.pkl", "\u0080\2c__torch__\nK\n)\u0081}b.".getBytes(StandardCharsets.ISO_8859_1));
            put(zip, "k/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}

package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** SHA-256 of the files of a folder, in a file beside them: a disk may lose or turn bytes that it once took. */
final class Checksums {
    private static final String FILE = "sha256.json";
    private static final int MAX_BYTES = 1 << 16;

    private Checksums() {}

    static void write(Path folder, List<String> names) throws IOException {
        JsonObject sums = new JsonObject();
        for (String name : names) {
            sums.addProperty(name, Sha256.of(folder.resolve(name)));
        }
        ReplacedFile.writeText(folder.resolve(FILE), sums + "\n");
    }

    /** Says which file is not what was written, or null if all are. */
    static String fault(Path folder, List<String> names) {
        try {
            JsonObject sums = JsonText.readObject("Checksums", folder.resolve(FILE), MAX_BYTES);
            for (String name : names) {
                JsonElement sum = sums.get(name);
                if (!(sum instanceof JsonPrimitive text
                        && text.getAsString().equals(Sha256.of(folder.resolve(name))))) {
                    return name + " is not what was written";
                }
            }
            return null;
        } catch (IOException | MalformedModelException e) {
            return e.getMessage();
        }
    }
}

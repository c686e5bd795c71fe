package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of one file below {@code fixtures/}, in memory. */
public final class Fixture {
    private final String name;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    private Fixture(String name) {
        this.name = name;
    }

    /** Reads {@code fixtures/<name>.safetensors} from the class path; one that is missing fails the test. */
    public static Fixture read(NDManager manager, String name) throws Exception {
        String resource = "/fixtures/" + name + ".safetensors";
        URL url = Fixture.class.getResource(resource);
        assertNotNull(url, "no test resource " + resource);
        Fixture fixture = new Fixture(name);
        try (SafeTensorsFile file = SafeTensorsFile.open(Path.of(url.toURI()))) {
            for (String tensor : file.names()) {
                fixture.tensors.put(tensor, file.read(manager, tensor));
            }
        }
        return fixture;
    }

    public String name() {
        return name;
    }

    public Set<String> names() {
        return tensors.keySet();
    }

    /** A tensor that must be there. */
    public NDArray get(String tensor) {
        NDArray value = tensors.get(tensor);
        assertNotNull(value, "no tensor " + tensor + " in " + name + ", only " + names());
        return value;
    }

    /** The tensors whose names begin with the prefix, by the rest of their names. */
    public Map<String, NDArray> below(String prefix) {
        Map<String, NDArray> found = new LinkedHashMap<>();
        tensors.forEach((tensor, value) -> {
            if (tensor.startsWith(prefix)) {
                found.put(tensor.substring(prefix.length()), value);
            }
        });
        return found;
    }
}

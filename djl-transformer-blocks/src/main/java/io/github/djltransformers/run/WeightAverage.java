package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arithmetic mean of the weights of several checkpoints of one run (Vaswani et al. 2017, section 6.1).
 */
public final class WeightAverage {
    private WeightAverage() {}

    /**
     * Averages float32 weights, one tensor at a time, and writes the result.
     *
     * @param files safetensors files with the same names and shapes, at least one
     */
    public static void write(List<Path> files, Path target, NDManager parent)
            throws IOException, MalformedModelException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("WeightAverage: files must not be empty, got none");
        }
        try (NDManager manager = parent.newSubManager()) {
            Map<String, NDArray> sums = new LinkedHashMap<>();
            for (Path path : files) {
                try (SafeTensorsFile file = SafeTensorsFile.open(path);
                        NDManager reading = manager.newSubManager()) {
                    for (String name : file.names()) {
                        NDArray weight = file.read(reading, name).div(files.size());
                        NDArray sum = sums.get(name);
                        if (sum == null) {
                            weight.attach(manager);
                            sums.put(name, weight);
                        } else {
                            sum.addi(weight);
                        }
                    }
                }
            }
            SafeTensorsWriter.write(target, sums, Map.of("format", "djl-transformers"));
        }
    }
}

package io.github.djltransformers.zoo.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.testing.EngineNames;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The loss that a checkpoint is fine-tuned by equals the stored one, and its gradients equal central differences: in float64,
 * for each kind of parameter together in all layers, in a direction half the gradient's own and half drawn. They are taken on
 * PyTorch, since MXNet's error function has the precision of float32; gradients on other engines equal those on PyTorch.
 */
class LossGradientTest {
    private static final double STEP = 1e-6;
    private static final double TOLERANCE = 2e-8;
    private static final double BETWEEN_ENGINES = 1e-5;
    private static final long IGNORED = -100;

    private interface Check {
        void of(String name, Training training, NDManager manager) throws Exception;
    }

    /** All checkpoints with a stored loss, which is compared. */
    private static void each(String engine, Check check) throws Exception {
        int families = 0;
        try (Stream<Path> directories = Files.list(
                Path.of(LossGradientTest.class.getResource("/checkpoints").toURI()))) {
            for (Path directory :
                    directories.filter(Files::isDirectory).sorted().toList()) {
                String name = directory.getFileName().toString();
                try (ReferenceFile reference = new ReferenceFile(directory);
                        NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                    if (reference.has("loss")) {
                        families++;
                        Training training = Training.of(directory, reference, manager);
                        double stored = reference.read(manager, "loss").toFloatArray()[0];
                        assertEquals(stored, training.loss(), 1e-5, name);
                        check.of(name, training, manager);
                    }
                }
            }
        }
        assertEquals(19, families);
    }

    @Test
    void gradientsAreThoseOfDifferences() throws Exception {
        Map<String, Double> differences = new TreeMap<>();
        each(
                "PyTorch",
                (name, training, manager) -> training.differences()
                        .forEach((kind, difference) -> differences.put(name + " " + kind, difference)));
        verify("PyTorch against differences", differences, TOLERANCE);
    }

    @Test
    void gradientsAreThoseOfPyTorch() throws Exception {
        Map<String, Map<String, double[]>> expected = new TreeMap<>();
        each("PyTorch", (name, training, manager) -> expected.put(name, training.gradients()));
        for (String engine : EngineNames.all()) {
            Map<String, Double> differences = new TreeMap<>();
            each(engine, (name, training, manager) -> {
                Map<String, double[]> actual = training.gradients();
                assertEquals(expected.get(name).keySet(), actual.keySet());
                actual.forEach((parameter, values) -> {
                    double[] others = expected.get(name).get(parameter);
                    double worst = 0;
                    for (int i = 0; i < values.length; i++) {
                        worst = Math.max(worst, Math.abs(values[i] - others[i]));
                    }
                    differences.put(name + " " + parameter, worst);
                });
            });
            verify(engine + " against PyTorch", differences, BETWEEN_ENGINES);
        }
    }

    private static void verify(String what, Map<String, Double> differences, double tolerance) {
        Map.Entry<String, Double> worst = Collections.max(differences.entrySet(), Map.Entry.comparingByValue());
        System.out.printf("%s: %d gradients, worst %s%n", what, differences.size(), worst);
        differences.values().removeIf(difference -> difference <= tolerance);
        assertTrue(differences.isEmpty(), differences::toString);
    }

    /** A checkpoint's block in float64, inputs, and what the logarithms of its probabilities count. */
    private record Training(TransformerBlock block, NDManager manager, NDList inputs, NDArray weights) {
        static Training of(Path directory, ReferenceFile reference, NDManager manager) throws Exception {
            TransformerBlock block = inFloat64(Checkpoint.load(directory, manager), manager);
            CheckpointConfig config = CheckpointConfig.read(directory);
            Head head = config.head();
            NDArray ids = reference.read(manager, "input_ids");
            NDArray mask = reference.read(manager, "attention_mask");
            NDArray types = reference.read(manager, "token_type_ids");
            NDArray labels = reference.read(manager, "labels");
            NDList inputs = new NDList(
                    ids,
                    mask.toType(DataType.BOOLEAN, false)
                            .reshape(
                                    mask.getShape().get(0),
                                    1,
                                    1,
                                    mask.getShape().get(1)));
            if (head == Head.SEQUENCE_TO_SEQUENCE) {
                int start = config.integer("decoder_start_token_id", config.integer("bos_token_id", 0));
                int padding = Math.max(0, config.integer("pad_token_id", 0));
                inputs.add(new CheckpointRun(null, null, head, start, padding, false).shifted(manager, labels));
            } else if (types != null && block.inputs().contains("tokenTypes?")) {
                inputs.add(types);
            }
            Shape logits = block.getOutputShapes(inputs.getShapes())[0];
            int classes = (int) logits.get(logits.dimension() - 1);
            return new Training(block, manager, inputs, weights(manager, labels, classes, head == Head.CAUSAL_LM));
        }

        private static TransformerBlock inFloat64(TransformerBlock block, NDManager manager) {
            ParameterNames.trained(block).forEach((name, parameter) -> {
                float[] values = parameter.getArray().toFloatArray();
                double[] wide = new double[values.length];
                for (int i = 0; i < wide.length; i++) {
                    wide[i] = values[i];
                }
                parameter.setInitializer((owner, shape, type) -> owner.create(wide, shape));
            });
            block.clear();
            block.initialize(manager, DataType.FLOAT64);
            return block;
        }

        /** -1/n at the label of each of the n positions that count; a language model's labels are the next tokens. */
        private static NDArray weights(NDManager manager, NDArray labels, int classes, boolean next) {
            long[] given = labels.toLongArray();
            int length = (int) labels.getShape().get(labels.getShape().dimension() - 1);
            double[] weights = new double[given.length * classes];
            int count = 0;
            for (int i = 0; i < given.length; i++) {
                long label = next ? (i % length == length - 1 ? IGNORED : given[i + 1]) : given[i];
                if (label != IGNORED) {
                    weights[i * classes + (int) label] = -1;
                    count++;
                }
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= count;
            }
            return manager.create(weights, new Shape(given.length, classes));
        }

        private NDArray lossArray(NDManager step) {
            NDList arguments = new NDList(inputs);
            arguments.attach(step);
            try {
                NDArray logits = block.eager(new ParameterStore(step, false), inputs, false)
                        .head();
                return logits.reshape(weights.getShape())
                        .logSoftmax(1)
                        .mul(weights)
                        .sum();
            } finally {
                arguments.attach(manager);
            }
        }

        double loss() {
            try (NDManager step = manager.newSubManager()) {
                return lossArray(step).toDoubleArray()[0];
            }
        }

        Map<String, double[]> gradients() {
            Map<String, Parameter> parameters = ParameterNames.trained(block);
            parameters.values().forEach(parameter -> parameter.getArray().setRequiresGradient(true));
            try (NDManager step = manager.newSubManager();
                    GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(lossArray(step));
            }
            Map<String, double[]> gradients = new TreeMap<>();
            parameters.forEach((name, parameter) -> {
                gradients.put(name, parameter.getArray().getGradient().toDoubleArray());
                parameter.getArray().setRequiresGradient(false);
            });
            return gradients;
        }

        /** By kind of parameter how far the slope by the gradients is from that by differences. */
        Map<String, Double> differences() {
            Map<String, double[]> gradients = gradients();
            Map<String, List<String>> kinds = new TreeMap<>();
            gradients
                    .keySet()
                    .forEach(name -> kinds.computeIfAbsent(
                                    name.replaceAll("\\.\\d+\\.", ".*."), none -> new ArrayList<>())
                            .add(name));
            Map<String, Parameter> parameters = ParameterNames.trained(block);
            Map<String, Double> differences = new TreeMap<>();
            kinds.forEach((kind, names) -> {
                double[] gradient = names.stream()
                        .map(gradients::get)
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
                differences.put(
                        kind, difference(names.stream().map(parameters::get).toList(), gradient));
            });
            return differences;
        }

        private double difference(List<Parameter> kind, double... gradient) {
            int size = gradient.length;
            double[] direction = unit(new Random(size).doubles(size, -1, 1).toArray());
            double[] own = unit(gradient);
            double slope = 0;
            for (int i = 0; i < size; i++) {
                direction[i] = (direction[i] + own[i]) / 2;
                slope += direction[i] * gradient[i];
            }
            double differences = (moved(kind, direction, STEP) - moved(kind, direction, -STEP)) / (2 * STEP);
            return Math.abs(slope - differences);
        }

        private static double[] unit(double... vector) {
            double squares = 0;
            for (double value : vector) {
                squares += value * value;
            }
            double norm = squares == 0 ? 1 : Math.sqrt(squares);
            double[] unit = vector.clone();
            for (int i = 0; i < unit.length; i++) {
                unit[i] /= norm;
            }
            return unit;
        }

        /** The loss where these parameters are elsewhere. */
        private double moved(List<Parameter> kind, double[] direction, double distance) {
            List<double[]> before = new ArrayList<>();
            int at = 0;
            for (Parameter parameter : kind) {
                double[] values = parameter.getArray().toDoubleArray();
                before.add(values);
                double[] elsewhere = values.clone();
                for (int i = 0; i < elsewhere.length; i++) {
                    elsewhere[i] += distance * direction[at++];
                }
                parameter.getArray().set(DoubleBuffer.wrap(elsewhere));
            }
            double loss = loss();
            for (int i = 0; i < kind.size(); i++) {
                kind.get(i).getArray().set(DoubleBuffer.wrap(before.get(i)));
            }
            return loss;
        }
    }
}

package io.github.djltransformers.zoo.task;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.ops.HostArrays;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tiny checkpoint of random weights with a vocabulary: the special tokens of BERT, letters that begin a word, letters
 * that go on with one, digits and marks.
 */
public final class TaskCheckpoint {
    /** As many as the checkpoints have rows. */
    private static final int SIZE = 101;

    static final int UNKNOWN = 1;
    static final int CLS = 2;
    static final int SEP = 3;

    private TaskCheckpoint() {}

    /** A copy of a checkpoint, with the vocabulary. */
    public static Path copy(String name, Path directory) throws IOException {
        Path copy = Files.createDirectories(directory.resolve(name));
        for (String file : List.of("config.json", "model.safetensors")) {
            try (InputStream resource = TaskCheckpoint.class.getResourceAsStream("/checkpoints/" + name + "/" + file)) {
                Files.copy(resource, copy.resolve(file));
            }
        }
        Files.write(copy.resolve("vocab.txt"), vocabulary());
        Files.writeString(copy.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertTokenizer\"}");
        return copy;
    }

    static List<String> vocabulary() {
        List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        IntStream.rangeClosed('a', 'z').forEach(letter -> tokens.add(Character.toString(letter)));
        IntStream.rangeClosed('a', 'z').forEach(letter -> tokens.add("##" + Character.toString(letter)));
        IntStream.rangeClosed('0', '9').forEach(digit -> tokens.add(Character.toString(digit)));
        tokens.addAll(List.of(".", ",", "!", "?", "the", "paris", "is", "in", "what", "where"));
        while (tokens.size() < SIZE) {
            tokens.add("[unused" + tokens.size() + "]");
        }
        return tokens;
    }

    static int[] ids(String... tokens) {
        return Arrays.stream(tokens).mapToInt(vocabulary()::indexOf).toArray();
    }

    static <I, O> ZooModel<I, O> load(
            Path directory, Class<I> input, Class<O> output, String engine, Map<String, ?> arguments)
            throws IOException, ModelException {
        Criteria.Builder<I, O> criteria = Criteria.builder()
                .setTypes(input, output)
                .optModelPath(directory)
                .optEngine(engine);
        arguments.forEach(criteria::optArgument);
        return criteria.build().loadModel();
    }

    /** One prediction. */
    public static <I, O> O predict(Path directory, I input, Class<O> output, String engine, Map<String, ?> arguments)
            throws Exception {
        @SuppressWarnings("unchecked")
        Class<I> type = (Class<I>) input.getClass();
        try (ZooModel<I, O> model = load(directory, type, output, engine, arguments);
                Predictor<I, O> predictor = model.newPredictor()) {
            return predictor.predict(input);
        }
    }

    /** What the block itself gives for one row of tokens, without padding: each output's numbers. */
    static float[][] outputs(Path directory, Head head, String engine, int[] ids, int[] types) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerBlock block = Checkpoint.load(directory, head, manager);
            Shape shape = new Shape(1, ids.length);
            boolean[] keep = new boolean[ids.length];
            Arrays.fill(keep, true);
            NDList outputs = block.forward(
                    new ParameterStore(manager, false),
                    new NDList(
                            HostArrays.of(
                                    manager, Arrays.stream(ids).asLongStream().toArray(), shape),
                            HostArrays.of(manager, keep, new Shape(1, 1, 1, ids.length)),
                            HostArrays.of(
                                    manager, Arrays.stream(types).asLongStream().toArray(), shape)),
                    false);
            return outputs.stream().map(each -> each.toFloatArray()).toArray(float[][]::new);
        }
    }

    static int[] framed(String... tokens) {
        return ids(Stream.concat(Stream.concat(Stream.of("[CLS]"), Arrays.stream(tokens)), Stream.of("[SEP]"))
                .toArray(String[]::new));
    }
}

package io.github.djltransformers.text.task;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.CheckpointBlockFactory;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import io.github.djltransformers.model.GenerativeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Random checkpoints that write, and what they write. */
final class WritingFiles {
    private WritingFiles() {}

    static Path checkpoint(Path directory, String tokenizer, String architecture) throws Exception {
        Path from = Path.of(
                WritingFiles.class.getResource("/tokenizers/" + tokenizer).toURI());
        Path copy = Files.createDirectories(directory.resolve(tokenizer));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        return RandomCheckpoint.fill(copy, architecture);
    }

    static void edit(Path directory, String file, String json) throws IOException {
        Path path = directory.resolve(file);
        JsonObject object = Files.exists(path)
                ? JsonParser.parseString(Files.readString(path)).getAsJsonObject()
                : new JsonObject();
        JsonParser.parseString(json).getAsJsonObject().asMap().forEach(object::add);
        Files.writeString(path, object.toString());
    }

    static <I, O> ZooModel<I, O> load(
            Path checkpoint, Class<I> input, Class<O> output, String engine, Map<String, ?> arguments)
            throws IOException, ModelException {
        Criteria.Builder<I, O> criteria = Criteria.builder()
                .setTypes(input, output)
                .optModelPath(checkpoint)
                .optEngine(engine)
                .optArgument("blockFactory", CheckpointBlockFactory.class.getName())
                .optArgument("translatorFactory", CheckpointTranslatorFactory.class.getName())
                .optOption("hasParameter", "false");
        arguments.forEach(criteria::optArgument);
        return criteria.build().loadModel();
    }

    static <I, O> O predict(Path checkpoint, I input, Class<O> output, String engine, Map<String, ?> arguments)
            throws Exception {
        @SuppressWarnings("unchecked")
        Class<I> type = (Class<I>) input.getClass();
        try (ZooModel<I, O> model = load(checkpoint, type, output, engine, arguments);
                Predictor<I, O> predictor = model.newPredictor()) {
            return predictor.predict(input);
        }
    }

    /** What the model itself writes for tokens. */
    static GeneratedSequence written(Path checkpoint, String engine, GenerationConfig config, int startId, int... input)
            throws Exception {
        try (ZooModel<NDList, NDList> model =
                load(checkpoint, NDList.class, NDList.class, engine, Map.of("compile", false))) {
            NDManager manager = model.getNDManager();
            Generation generation = new Generation(
                    (GenerativeModel) model.getBlock(), new ParameterStore(manager, false), manager, config);
            return (startId < 0
                            ? generation.fromPrompts(List.of(input))
                            : generation.fromSources(List.of(input), startId))
                    .get(0)
                    .get(0);
        }
    }

    static List<Integer> tokens(GeneratedSequence sequence) {
        return Arrays.stream(sequence.tokens()).boxed().toList();
    }
}

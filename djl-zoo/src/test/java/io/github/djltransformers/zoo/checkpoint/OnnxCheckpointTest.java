package io.github.djltransformers.zoo.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.engine.onnx.OnnxExporter;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.OnnxSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of every family, exported, are in ONNX Runtime what they are here: padded batches, and token by token where they write. */
class OnnxCheckpointTest {
    private static final int ROWS = 3;

    @TempDir
    Path folder;

    /** (B, T) ids that no family knows as special, and which of them are tokens. */
    private record Texts(NDArray ids, NDArray keep, NDArray ones) {
        static Texts draw(NDManager manager, int length, int vocabulary, boolean paddedInFront, long padding) {
            Random random = new Random(length);
            long[] ids = new long[ROWS * length];
            boolean[] keep = new boolean[ids.length];
            long[] ones = new long[ids.length];
            for (int i = 0; i < ids.length; i++) {
                int place = paddedInFront ? length - 1 - i % length : i % length;
                keep[i] = place < length - i / length;
                ids[i] = keep[i] ? 5 + random.nextInt(vocabulary - 5) : padding;
                ones[i] = keep[i] ? 1 : 0;
            }
            Shape shape = new Shape(ROWS, length);
            return new Texts(
                    manager.create(ids, shape),
                    manager.create(keep, new Shape(ROWS, 1, 1, length)),
                    manager.create(ones, shape));
        }
    }

    @Test
    void everyFamilyIsTheSame() throws Exception {
        Path checkpoints = Path.of(getClass().getResource("/checkpoints").toURI());
        List<Path> directories;
        try (Stream<Path> files = Files.list(checkpoints)) {
            directories = files.filter(Files::isDirectory).sorted().toList();
        }
        Closeness closeness = new Closeness(1e-4);
        for (Path directory : directories) {
            String name = directory.getFileName().toString();
            JsonObject config = JsonParser.parseString(Files.readString(directory.resolve("config.json")))
                    .getAsJsonObject();
            int vocabulary = config.get("vocab_size").getAsInt();
            long padding =
                    config.has("pad_token_id") && !config.get("pad_token_id").isJsonNull()
                            ? config.get("pad_token_id").getAsLong()
                            : 0;
            try (NDManager manager =
                    NDManager.newBaseManager(Device.cpu(), EngineNames.all().get(0))) {
                TransformerBlock block = (TransformerBlock) Checkpoint.load(directory, manager);
                Path file = folder.resolve(name + ".onnx");
                new OnnxExporter().exportModel(block, file);
                List<Path> written = new OnnxExporter().files(block, file);
                if (!(block instanceof GenerativeModel model)) {
                    reads(closeness, name, manager, block, file, vocabulary, padding);
                } else if (model.readsSource()) {
                    translates(closeness, name, manager, model, written, vocabulary, padding);
                } else {
                    goesOn(closeness, name, manager, model, written, vocabulary, padding);
                }
            }
        }
        closeness.verify(directories.size() + " checkpoints");
    }

    private static NDList eager(NDManager manager, Object block, NDArray... inputs) {
        return ((TransformerBlock) block).eager(new ParameterStore(manager, false), new NDList(inputs), false);
    }

    private static void reads(
            Closeness closeness,
            String name,
            NDManager manager,
            TransformerBlock block,
            Path file,
            int vocabulary,
            long padding)
            throws Exception {
        try (OnnxSession session = new OnnxSession(file)) {
            boolean typed = session.inputs().contains("token_type_ids");
            for (int length : new int[] {4, 9}) {
                Texts texts = Texts.draw(manager, length, vocabulary, false, padding);
                NDArray types = texts.ones.mul(0);
                NDList expected = typed
                        ? eager(manager, block, texts.ids, texts.keep, types)
                        : eager(manager, block, texts.ids, texts.keep);
                NDList given = typed ? new NDList(texts.ids, texts.ones, types) : new NDList(texts.ids, texts.ones);
                NDList actual = session.run(manager, given);
                for (int i = 0; i < expected.size(); i++) {
                    closeness.compare(name + " output " + i, expected.get(i), actual.get(i));
                }
            }
        }
    }

    private static void translates(
            Closeness closeness,
            String name,
            NDManager manager,
            GenerativeModel model,
            List<Path> files,
            int vocabulary,
            long padding)
            throws Exception {
        Texts source = Texts.draw(manager, 6, vocabulary, false, padding);
        NDArray target =
                Texts.draw(manager, 5, vocabulary, false, padding).ids.mul(0).add(7);
        NDArray expected =
                eager(manager, model, source.ids, source.keep, target).get(0);
        try (OnnxSession encoder = new OnnxSession(files.get(0));
                OnnxSession step = new OnnxSession(files.get(1))) {
            NDList memory = encoder.run(manager, new NDList(source.ids, source.ones));
            NDList past = new NDList();
            for (LayerConfig layer : model.config().decoder().layers()) {
                AttentionConfig attention = layer.attention();
                for (int i = 0; i < 2; i++) {
                    past.add(manager.create(
                            new float[0], new Shape(ROWS, attention.keyValueHeads(), 0, attention.headSize())));
                }
            }
            for (int place = 0; place < 5; place++) {
                NDList given = new NDList(target.get(":, {}:{}", place, place + 1), source.ones);
                given.addAll(past);
                given.addAll(memory);
                NDList state = step.run(manager, given);
                closeness.compare(name + " place " + place, expected.get(":, {}:{}", place, place + 1), state.get(0));
                past = state.subNDList(1);
            }
        }
    }

    private static void goesOn(
            Closeness closeness,
            String name,
            NDManager manager,
            GenerativeModel model,
            List<Path> files,
            int vocabulary,
            long padding)
            throws Exception {
        Texts whole = Texts.draw(manager, 9, vocabulary, true, padding);
        NDArray expected = eager(manager, model, whole.ids, whole.keep).get(0);
        try (OnnxSession beginning = new OnnxSession(files.get(0));
                OnnxSession step = new OnnxSession(files.get(1))) {
            NDList state = beginning.run(manager, new NDList(whole.ids.get(":, :6"), whole.ones.get(":, :6")));
            closeness.compare(
                    name + " beginning", expected.get(":, 3:6"), state.get(0).get(":, 3:"));
            for (int place = 6; place < 9; place++) {
                NDList given =
                        new NDList(whole.ids.get(":, {}:{}", place, place + 1), whole.ones.get(":, :{}", place + 1));
                given.addAll(state.subNDList(1));
                state = step.run(manager, given);
                closeness.compare(name + " place " + place, expected.get(":, {}:{}", place, place + 1), state.get(0));
            }
        }
    }
}

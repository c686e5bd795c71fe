package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;

class CachedDecodingTest {
    private static final int V = TinyModels.VOCABULARY;
    private static final double TOLERANCE = 1e-5;

    @EngineTest
    void cachedTransformerEqualsUncached(String engine) {
        Closeness closeness = new Closeness(TOLERANCE);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            ParameterStore store = new ParameterStore(manager, false);
            NDArrayOps ops = new NDArrayOps(store, false);
            NDArray source = Samples.ids(manager, 1, V, 2, 5);
            NDArray keepMask = Samples.keepMask(manager, 5, 5, 3);
            NDArray target = Samples.ids(manager, 2, V, 2, 6);
            NDArray whole = model.forward(store, new NDList(source, keepMask, target), false)
                    .singletonOrThrow();
            DecoderState<NDArray> state = model.begin(ops, source, keepMask);
            for (int t = 0; t < 6; t++) {
                DecoderOutput<NDArray> step = model.decode(ops, target.get(":, " + t + ":" + (t + 1)), state);
                closeness.compare("position " + t, whole.get(":, " + t + ":" + (t + 1)), step.logits());
                state = step.state();
                assertEquals(
                        new Shape(2, 3, t + 1, 4), state.past().get(0).keys().getShape());
            }
            // A prefix at once, then one more.
            DecoderOutput<NDArray> prefix = model.decode(ops, target.get(":, :4"), model.begin(ops, source, keepMask));
            closeness.compare("prefix", whole.get(":, :4"), prefix.logits());
            NDArray next =
                    model.decode(ops, target.get(":, 4:5"), prefix.state()).logits();
            closeness.compare("after the prefix", whole.get(":, 4:5"), next);
        }
        closeness.verify("Cached EncoderDecoderTransformer on " + engine);
    }

    @EngineTest
    void cachedLanguageModelEqualsUncached(String engine) {
        Closeness closeness = new Closeness(TOLERANCE);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            ParameterStore store = new ParameterStore(manager, false);
            NDArrayOps ops = new NDArrayOps(store, false);
            NDArray ids = Samples.ids(manager, 2, V, 2, 6);
            NDArray whole = model.forward(store, new NDList(ids), false).singletonOrThrow();
            DecoderOutput<NDArray> step = model.decode(ops, ids.get(":, :2"), DecoderState.empty());
            closeness.compare("prompt", whole.get(":, :2"), step.logits());
            for (int t = 2; t < 6; t++) {
                step = model.decode(ops, ids.get(":, " + t + ":" + (t + 1)), step.state());
                closeness.compare("position " + t, whole.get(":, " + t + ":" + (t + 1)), step.logits());
            }
        }
        closeness.verify("Cached DecoderLanguageModel on " + engine);
    }

    /** Left-padded rows too: each chunk is numbered, masked and cached after those before. */
    @EngineTest
    void aPromptInChunksEqualsTheWhole(String engine) {
        Closeness closeness = new Closeness(TOLERANCE);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            ParameterStore store = new ParameterStore(manager, false);
            NDArrayOps ops = new NDArrayOps(store, false);
            NDArray ids = Samples.ids(manager, 2, V, 2, 7);
            boolean[] kept = {false, true, true, true, true, true, true, true, true, true, true, true, true, true};
            NDArray keep = manager.create(kept, new Shape(2, 1, 1, 7));
            NDArray whole = model.forward(store, new NDList(ids, keep), false).singletonOrThrow();
            DecoderState<NDArray> state = DecoderState.beginning(keep.get(":, :, :, :2"));
            for (int[] chunk : new int[][] {{0, 2}, {2, 5}, {5, 6}, {6, 7}}) {
                String at = ":, " + chunk[0] + ":" + chunk[1];
                DecoderOutput<NDArray> read = model.decode(ops, ids.get(at), state);
                // The padded token itself has nothing to attend to.
                String compared = chunk[0] == 0 ? ":, 1:2" : at;
                NDArray logits = chunk[0] == 0 ? read.logits().get(":, 1:") : read.logits();
                closeness.compare("chunk " + at, whole.get(compared), logits);
                state = read.state();
            }
        }
        closeness.verify("Prompts in chunks on " + engine);
    }

    @EngineTest
    void selectedRowsGoOnAsTheyWould(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), false);
            NDArray source = Samples.ids(manager, 1, V, 3, 5);
            DecoderState<NDArray> start = model.begin(ops, source, Samples.keepMask(manager, 5, 5, 3, 4));
            NDArray target = Samples.ids(manager, 2, V, 3, 2);
            DecoderState<NDArray> state =
                    model.decode(ops, target.get(":, :1"), start).state();
            NDArray next = target.get(":, 1:2");
            NDArray expected = model.decode(ops, next, state).logits();
            long[] rows = {2, 0, 0};
            NDArray chosen = manager.create(rows);
            DecoderState<NDArray> selected = state.select(ops, chosen);
            assertEquals(2, selected.memory().size());
            NDArray actual = model.decode(ops, next.get(chosen), selected).logits();
            DecoderState<NDArray> fewer = state.select(ops, manager.create(new long[] {1}));
            NDArray alone = model.decode(ops, next.get("1:2"), fewer).logits();
            for (int i = 0; i < rows.length; i++) {
                assertArrayEquals(
                        expected.get((int) rows[i]).toFloatArray(),
                        actual.get(i).toFloatArray(),
                        "row " + rows[i] + " at " + i);
            }
            assertArrayEquals(expected.get(1).toFloatArray(), alone.get(0).toFloatArray(), 1e-5f);
        }
    }
}

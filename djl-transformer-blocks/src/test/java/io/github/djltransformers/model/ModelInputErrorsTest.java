package io.github.djltransformers.model;

import static io.github.djltransformers.testing.Rejections.requireRejected;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;

class ModelInputErrorsTest {
    private static final int V = TinyModels.VOCABULARY;

    @EngineTest
    void idsMustBeInTheVocabulary(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            ParameterStore store = new ParameterStore(manager, false);
            String rule = "embedding: ids must be in [0, 17), got ";
            String remedy = "; the tokenizer and the model must share one vocabulary";
            for (long id : new long[] {17, -1, 1L << 40}) {
                NDArray ids = manager.create(new long[] {0, 16, id}, new Shape(1, 3));
                requireRejected(rule + id + remedy, () -> model.forward(store, new NDList(ids), false));
            }
            NDArray narrow = manager.create(new int[] {0, 16, 18}, new Shape(1, 3));
            requireRejected(rule + 18 + remedy, () -> model.forward(store, new NDList(narrow), false));
            requireRejected(
                    "DecoderLanguageModel: ids must be (B, T) INT64 or INT32, got (1, 3) FLOAT32",
                    () -> model.forward(store, new NDList(narrow.toType(DataType.FLOAT32, false)), false));
        }
    }

    @EngineTest
    void transformerNamesTheInputThatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            ParameterStore store = new ParameterStore(manager, false);
            NDArray source = Samples.ids(manager, 1, V, 2, 5);
            NDArray keepMask = Samples.keepMask(manager, 5, 5, 3);
            NDArray target = Samples.ids(manager, 2, V, 2, 4);
            requireRejected(
                    "EncoderDecoderTransformer: inputs must be [sourceIds, sourceKeepMask, targetIds,"
                            + " targetKeepMask?], got 2 of them: [(2, 5) INT64, (2, 4) INT64]",
                    () -> model.forward(store, new NDList(source, target), false));
            requireRejected(
                    "EncoderDecoderTransformer: targetIds must be (2, T) INT64 or INT32, got (3, 4) INT64",
                    () -> model.forward(store, new NDList(source, keepMask, Samples.ids(manager, 2, V, 3, 4)), false));
            String rule = "EncoderDecoderTransformer: sourceKeepMask must be (2, 1, 1, 5) BOOLEAN, got ";
            NDArray flat = keepMask.reshape(2, 5);
            requireRejected(
                    rule + "(2, 5) BOOLEAN", () -> model.forward(store, new NDList(source, flat, target), false));
            NDArrayOps ops = new NDArrayOps(store, false);
            requireRejected(rule + "(2, 5) BOOLEAN", () -> model.begin(ops, source, flat));
            requireRejected(
                    "addPositions: sequence length must be at most 16 (the position table), got 17; shorten the input"
                            + " or configure a longer maxLength",
                    () -> model.begin(ops, Samples.ids(manager, 1, V, 2, 17), null));
        }
    }

    @EngineTest
    void decodingGoesOnFromAStateOfTheSameBatch(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), false);
            NDArray two = Samples.ids(manager, 2, V, 2, 2);
            EncoderDecoderTransformer transformer = TinyModels.encoderDecoder(manager);
            DecoderState<NDArray> start = transformer.begin(ops, two, null);
            DecoderState<NDArray> state = transformer.decode(ops, two, start).state();
            requireRejected(
                    "EncoderDecoderTransformer: state's memory must be (3, H, S, Dh) of a floating type,"
                            + " got (2, 3, 2, 4) FLOAT32",
                    () -> transformer.decode(ops, Samples.ids(manager, 2, V, 3, 1), state));
            DecoderLanguageModel languageModel = TinyModels.languageModel(manager);
            DecoderState<NDArray> past =
                    languageModel.decode(ops, two, DecoderState.empty()).state();
            requireRejected(
                    "DecoderLanguageModel: state's past must be (1, Hkv, S, Dh) of a floating type,"
                            + " got (2, 3, 2, 4) FLOAT32",
                    () -> languageModel.decode(ops, Samples.ids(manager, 2, V, 1, 1), past));
        }
    }
}

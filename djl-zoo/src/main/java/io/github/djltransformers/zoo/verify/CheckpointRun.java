package io.github.djltransformers.zoo.verify;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.RecordingOps;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A loaded checkpoint, run on inputs; gives arrays under the names that reference implementations give them. */
final class CheckpointRun {
    private final Model model;
    private final Predictor<NDList, NDList> predictor;
    private final Head head;
    private final int startId;
    private final int paddingId;
    private final boolean wraps;

    /**
     * @param startId the token a decoder begins with, and paddingId that which stands for labels that are passed over
     * @param wraps whether a decoder begins with the last label instead
     */
    CheckpointRun(
            Model model, Predictor<NDList, NDList> predictor, Head head, int startId, int paddingId, boolean wraps) {
        this.wraps = wraps;
        this.model = model;
        this.predictor = predictor;
        this.head = head;
        this.startId = startId;
        this.paddingId = paddingId;
    }

    /** The inputs of one case; all but ids may be null. */
    record Inputs(NDArray ids, NDArray mask, NDArray types, NDArray targetIds, NDArray targetMask) {}

    private TransformerBlock block() {
        return (TransformerBlock) model.getBlock();
    }

    boolean readsSource() {
        return block().inputs().contains("sourceIds");
    }

    /** The outputs of the model as it is loaded, and hidden vectors and attention weights. */
    Map<String, NDArray> run(NDManager manager, Inputs inputs) throws TranslateException {
        NDList list = list(manager, inputs);
        Map<String, NDArray> outputs = new HashMap<>(recorded(manager, block(), list));
        NDList given = predictor.predict(list);
        given.attach(manager);
        outputs.putAll(named(given));
        return outputs;
    }

    /** The outputs, computed operation by operation. */
    Map<String, NDArray> eager(NDManager manager, Inputs inputs) {
        NDList given = block().eager(new ParameterStore(manager, false), list(manager, inputs), false);
        given.attach(manager);
        return named(given);
    }

    private Map<String, NDArray> named(NDList given) {
        List<String> names = outputNames(given.size());
        Map<String, NDArray> outputs = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            outputs.put(names.get(i), given.get(i));
        }
        return outputs;
    }

    /** The pooled output of the base model inside, which a head's own outputs lack. */
    NDArray pooled(NDManager manager, Inputs inputs) throws IOException, MalformedModelException {
        try (NDManager weights = manager.newSubManager()) {
            TransformerBlock base = Checkpoint.load(model.getModelPath(), Head.BASE, weights);
            NDList outputs = base.eager(new ParameterStore(weights, false), list(manager, inputs), false);
            outputs.attach(manager);
            return outputs.size() > 1 ? outputs.get(1) : null;
        }
    }

    private List<String> outputNames(int count) {
        return switch (head) {
            case BASE ->
                readsSource()
                        ? List.of("last_hidden_state", "encoder_last_hidden_state")
                        : List.of("last_hidden_state", "pooler_output").subList(0, count);
            case QUESTION_ANSWERING -> List.of("start_logits", "end_logits");
            case PRETRAINING -> List.of("prediction_logits", "seq_relationship_logits");
            default -> List.of("logits");
        };
    }

    private static Map<String, NDArray> recorded(NDManager manager, TransformerBlock block, NDList inputs) {
        RecordingOps ops = new RecordingOps(new ParameterStore(manager, false));
        block.apply(ops, inputs);
        List<NDArray> hidden = ops.layerOutputs();
        List<NDArray> weights = ops.attentionWeights();
        Map<String, NDArray> named = new HashMap<>();
        named.put("last_hidden_state", hidden.get(hidden.size() - 1));
        if (!block.inputs().contains("sourceIds")) {
            name(named, "hidden_states.", hidden);
            name(named, "attentions.", weights);
            return named;
        }
        int decoderLayers = weights.size() - (hidden.size() - 2);
        int encoderLayers = hidden.size() - 2 - decoderLayers;
        name(named, "encoder_hidden_states.", hidden.subList(0, encoderLayers + 1));
        named.put("encoder_last_hidden_state", hidden.get(encoderLayers));
        name(named, "decoder_hidden_states.", hidden.subList(encoderLayers + 1, hidden.size()));
        name(named, "encoder_attentions.", weights.subList(0, encoderLayers));
        for (int i = 0; i < decoderLayers; i++) {
            named.put("decoder_attentions." + i, weights.get(encoderLayers + 2 * i));
            named.put("cross_attentions." + i, weights.get(encoderLayers + 2 * i + 1));
        }
        return named;
    }

    private static void name(Map<String, NDArray> named, String prefix, List<NDArray> arrays) {
        for (int i = 0; i < arrays.size(); i++) {
            named.put(prefix + i, arrays.get(i));
        }
    }

    private NDList list(NDManager manager, Inputs inputs) {
        NDList list = new NDList(inputs.ids);
        NDArray ones = inputs.ids.onesLike();
        boolean typed = inputs.types != null && block().inputs().contains("tokenTypes?");
        if (readsSource()) {
            list.add(keepMask(inputs.mask == null ? ones : inputs.mask));
            list.add(inputs.targetIds == null ? shifted(manager, inputs.ids) : inputs.targetIds);
            if (inputs.targetMask != null) {
                list.add(keepMask(inputs.targetMask));
            }
        } else if (inputs.mask != null || typed) {
            list.add(keepMask(inputs.mask == null ? ones : inputs.mask));
            if (typed) {
                list.add(inputs.types);
            }
        }
        return list;
    }

    private static NDArray keepMask(NDArray mask) {
        Shape shape = mask.getShape();
        return mask.toType(DataType.BOOLEAN, false).reshape(shape.get(0), 1, 1, shape.get(1));
    }

    /**
     * What a decoder reads to give these labels: the start token, and all but the last of them. mBART begins with the last of
     * them, which is the token of their language.
     */
    NDArray shifted(NDManager manager, NDArray labels) {
        int length = (int) labels.getShape().get(1);
        long[] ids = labels.toLongArray();
        long[] shifted = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            long id = i % length > 0 ? ids[i - 1] : wraps ? last(ids, i, length) : startId;
            shifted[i] = id < 0 ? paddingId : id;
        }
        return HostArrays.of(manager, shifted, labels.getShape());
    }

    private long last(long[] ids, int from, int length) {
        int at = from + length - 1;
        while (at > from && (ids[at] < 0 || ids[at] == paddingId)) {
            at--;
        }
        return ids[at];
    }
}

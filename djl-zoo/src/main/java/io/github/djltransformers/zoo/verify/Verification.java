package io.github.djltransformers.zoo.verify;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.CheckpointBlockFactory;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.zoo.verify.CheckpointRun.Inputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs a checkpoint on the inputs in its {@code io.safetensors} and compares what it gives with the outputs there: those of
 * the model as predictors run it, hidden vectors and attention weights of the same block, losses, and what it generates in the
 * cases of {@code generate.json}. Outputs and sequences are compared twice, compiled and eagerly.
 */
public final class Verification {
    private static final double TOLERANCE = 1e-4;
    private static final double WIDER_TOLERANCE = 2e-4;
    private static final Set<String> INPUTS = Set.of(
            "input_ids",
            "attention_mask",
            "token_type_ids",
            "position_ids",
            "decoder_input_ids",
            "decoder_attention_mask",
            "labels",
            "start_positions",
            "end_positions");

    private final Path directory;
    private final String engine;
    private final Double tolerance;
    private final CheckpointConfig config;
    private final Head head;

    /**
     * @param engine such as {@code PyTorch}
     * @param tolerance of all tensors; null for 1e-4, and 2e-4 for logits, losses and T5
     * @throws IOException if the directory's configuration cannot be read
     * @throws ModelException if it is not one of a known family
     */
    public Verification(Path directory, String engine, Double tolerance) throws IOException, ModelException {
        this.directory = directory;
        this.engine = engine;
        this.tolerance = tolerance;
        config = CheckpointConfig.read(directory);
        head = config.head();
    }

    /**
     * Compares every output.
     *
     * @param verdicts takes what each comparison gave
     * @return whether all passed
     */
    public boolean run(Consumer<TensorVerdict> verdicts) throws IOException, ModelException, TranslateException {
        boolean[] passed = {true};
        Consumer<TensorVerdict> counting = verdict -> {
            passed[0] &= verdict.passed();
            verdicts.accept(verdict);
        };
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory)
                .optEngine(engine)
                .optDevice(Device.cpu())
                .optArgument("blockFactory", CheckpointBlockFactory.class.getName())
                .optOption("hasParameter", "false")
                .optTranslator(new NoopTranslator())
                .build();
        try (ReferenceFile reference = new ReferenceFile(directory);
                ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            CheckpointRun run = run(model.getWrappedModel(), predictor);
            for (String prefix : reference.cases()) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    compare(run, reference, prefix, manager, counting);
                }
            }
            if (GenerationCases.there(directory) && model.getBlock() instanceof GenerativeModel generative) {
                GenerationCases cases = new GenerationCases(
                        directory, generative, model.getNDManager(), GenerationConfigJson.startId(directory));
                cases.run(reference, tolerance, counting);
                ((TransformerBlock) model.getBlock()).setExecution(null);
                cases.run(reference, tolerance, verdict -> counting.accept(eager(verdict)));
            }
        }
        return passed[0];
    }

    private CheckpointRun run(Model model, Predictor<NDList, NDList> predictor) throws IOException, ModelException {
        // An encoder's loss and a language model's need none.
        int startId = config.has("decoder_start_token_id") || config.has("bos_token_id")
                ? GenerationConfigJson.startId(directory)
                : 0;
        int padding = Math.max(0, config.integer("pad_token_id", 0));
        return new CheckpointRun(
                model, predictor, head, startId, padding, config.modelType().equals("mbart"));
    }

    private void compare(
            CheckpointRun run,
            ReferenceFile reference,
            String prefix,
            NDManager manager,
            Consumer<TensorVerdict> verdicts)
            throws IOException, ModelException, TranslateException {
        Inputs inputs = new Inputs(
                reference.read(manager, prefix + "input_ids"),
                reference.read(manager, prefix + "attention_mask"),
                reference.read(manager, prefix + "token_type_ids"),
                reference.read(manager, prefix + "decoder_input_ids"),
                reference.read(manager, prefix + "decoder_attention_mask"));
        Map<String, NDArray> actual = run.run(manager, inputs);
        Map<String, NDArray> eagerly = run.eager(manager, inputs);
        for (String name : reference.names(prefix)) {
            if (INPUTS.contains(name) || name.equals("loss") || name.equals("labels_logits")) {
                continue;
            }
            NDArray given = actual.get(name);
            if (given == null && name.equals("pooler_output")) {
                given = run.pooled(manager, inputs);
            }
            double allowed = tolerance(name);
            if (given == null) {
                verdicts.accept(TensorVerdict.impossible(
                        prefix + name, allowed, "must be an output of the model, which gives " + actual.keySet()));
                continue;
            }
            boolean ofSource = !run.readsSource() || name.startsWith("encoder_");
            NDArray keep = ofSource ? inputs.mask() : inputs.targetMask();
            NDArray expected = reference.read(manager, prefix + name);
            verdicts.accept(TensorComparison.of(prefix + name, expected, given, keep, allowed));
            NDArray eager = eagerly.get(name);
            if (eager != null) {
                verdicts.accept(eager(TensorComparison.of(prefix + name, expected, eager, keep, allowed)));
            }
        }
        if (reference.has(prefix + "loss")) {
            compareLoss(run, reference, prefix, manager, inputs, actual, verdicts);
        }
    }

    /** The verdict on what was computed operation by operation, where all else is compiled. */
    private static TensorVerdict eager(TensorVerdict verdict) {
        return new TensorVerdict(
                verdict.name() + " eagerly",
                verdict.compared(),
                verdict.largestError(),
                verdict.tolerance(),
                verdict.remark());
    }

    private void compareLoss(
            CheckpointRun run,
            ReferenceFile reference,
            String prefix,
            NDManager manager,
            Inputs inputs,
            Map<String, NDArray> actual,
            Consumer<TensorVerdict> verdicts)
            throws IOException, ModelException, TranslateException {
        NDArray expected = reference.read(manager, prefix + "loss");
        NDArray labels = reference.read(manager, prefix + "labels");
        double loss;
        if (head == Head.QUESTION_ANSWERING) {
            NDArray starts = reference.read(manager, prefix + "start_positions");
            NDArray ends = reference.read(manager, prefix + "end_positions");
            loss = (ReferenceLoss.of(actual.get("start_logits"), starts)
                            + ReferenceLoss.of(actual.get("end_logits"), ends))
                    / 2;
        } else if (head == Head.CAUSAL_LM) {
            loss = ReferenceLoss.ofNext(actual.get("logits"), labels);
        } else if (head == Head.SEQUENCE_TO_SEQUENCE) {
            Inputs teaching = new Inputs(inputs.ids(), inputs.mask(), null, run.shifted(manager, labels), null);
            NDArray logits = run.run(manager, teaching).get("logits");
            loss = ReferenceLoss.of(logits, labels);
            NDArray stored = reference.read(manager, prefix + "labels_logits");
            if (stored != null) {
                NDArray kept = labels.gte(0);
                verdicts.accept(TensorComparison.of(
                        prefix + "labels_logits",
                        stored,
                        logits,
                        kept.toType(labels.getDataType(), false),
                        tolerance("logits")));
            }
        } else {
            loss = ReferenceLoss.of(actual.get("logits"), labels);
        }
        NDArray given = HostArrays.of(manager, (float) loss).reshape(expected.getShape());
        verdicts.accept(TensorComparison.of(prefix + "loss", expected, given, null, tolerance("loss")));
    }

    private double tolerance(String name) throws ModelException {
        if (tolerance != null) {
            return tolerance;
        }
        boolean wider = name.endsWith("logits")
                || name.equals("loss")
                || config.modelType().equals("t5");
        return wider ? WIDER_TOLERANCE : TOLERANCE;
    }
}

package io.github.djltransformers.benchmark;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.huggingface.SentenceCheckpoint;
import io.github.djltransformers.ops.Cost;
import io.github.djltransformers.ops.CostOps;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Vectors of texts by a checkpoint, text to vector, in the batches of its translator. */
final class CheckpointCase implements BenchmarkCase {
    private final Path directory;
    private final List<String> sentences;
    private double tokens;
    private Cost cost;

    CheckpointCase(Path directory, List<String> sentences) {
        this.directory = directory;
        this.sentences = List.copyOf(sentences);
    }

    @Override
    public String name() {
        return "embed-" + directory.toAbsolutePath().normalize().getFileName();
    }

    /** What is computed at least, without padding; the tokens and the cost are known once the case was opened. */
    @Override
    public Work work() {
        return new Work(sentences.size(), "sentences", tokens, cost);
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return DecodingCase.eagerAndCompiled(engine, precisions);
    }

    @Override
    public Workplace open(NDManager manager) throws Exception {
        Criteria<String[], float[][]> criteria = Criteria.builder()
                .setTypes(String[].class, float[][].class)
                .optModelPath(directory)
                .optEngine(manager.getEngine().getEngineName())
                .optDevice(manager.getDevice())
                .build();
        ZooModel<String[], float[][]> model = criteria.loadModel();
        TransformerBlock block = (TransformerBlock) model.getBlock();
        count(block);
        Predictor<String[], float[][]> predictor = model.newPredictor();
        Executions executions = new Executions(block, model.getNDManager());
        String[] texts = sentences.toArray(String[]::new);
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                return executions.workload(variant, () -> predictor.predict(texts));
            }

            @Override
            public void close() {
                predictor.close();
                model.close();
            }
        };
    }

    private void count(TransformerBlock block) throws Exception {
        int limit = SentenceCheckpoint.read(directory).maxLength();
        Map<Integer, Integer> rows = new TreeMap<>();
        try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
            int most = Math.min(limit, tokenizer.maxLength().orElse(limit));
            sentences.forEach(
                    text -> rows.merge(Math.min(most, tokenizer.encode(text).length()), 1, Integer::sum));
        }
        tokens = 0;
        cost = null;
        rows.forEach((length, count) -> {
            tokens += (double) length * count;
            Cost some = CostOps.of(block, new Shape(count, length), new Shape(count, 1, 1, length));
            cost = cost == null ? some : cost.plus(some);
        });
    }
}

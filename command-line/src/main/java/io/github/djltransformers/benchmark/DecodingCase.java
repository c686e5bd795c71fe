package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Reading and writing 20 tokens with a model of random weights, encoder and search included. No id of the vocabulary ends
 * a sequence, so that all are written to the end.
 *
 * @param batch B
 * @param beams K, 1 for greedy search
 */
record DecodingCase(ModelSize size, int batch, int beams) implements BenchmarkCase {
    static final int LENGTH = 20;
    private static final int SEED = 1;

    @Override
    public String name() {
        String search = beams == 1 ? "greedy" : "beam" + beams;
        return Text.format("decode-d%d-l%d-b%d-%s", size.size(), size.layers(), batch, search);
    }

    @Override
    public Work work() {
        return new Work((double) batch * LENGTH, "tokens", DecodingCost.of(size, batch, beams, LENGTH, LENGTH));
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return eagerAndCompiled(engine, precisions);
    }

    static List<Variant> eagerAndCompiled(String engine, List<Precision> precisions) {
        return Stream.concat(Stream.of(Variant.eager(engine)), Variant.compiled(engine, precisions).stream())
                .toList();
    }

    /** So many sources of {@link #LENGTH} tokens, the same ones each time. */
    static List<int[]> sources(int count) {
        Random random = new Random(SEED);
        List<int[]> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(random.ints(LENGTH, 0, ModelSize.VOCABULARY).toArray());
        }
        return sources;
    }

    @Override
    public Workplace open(NDManager manager) {
        NDManager owner = manager.newSubManager();
        EncoderDecoderTransformer model = new EncoderDecoderTransformer(size.config());
        model.initialize(owner, DataType.FLOAT32);
        GenerationConfig config = GenerationConfig.beam(beams, LENGTH, ModelSize.VOCABULARY);
        List<int[]> sources = sources(batch);
        Executions executions = new Executions(model, owner);
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                return executions.workload(variant, () -> {
                    try (NDManager run = owner.newSubManager()) {
                        new Generation(model, new ParameterStore(run, false), run, config).fromSources(sources, 0);
                    }
                });
            }

            @Override
            public void close() {
                owner.close();
            }
        };
    }
}

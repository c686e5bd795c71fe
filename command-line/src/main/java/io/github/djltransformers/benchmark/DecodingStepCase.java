package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import java.util.ArrayList;
import java.util.List;

/** One greedy step of one sequence; reading the source falls outside. The cost is that of a step in the middle. */
record DecodingStepCase(ModelSize size) implements BenchmarkCase {
    @Override
    public String name() {
        return Text.format("step-d%d-l%d-b1", size.size(), size.layers());
    }

    @Override
    public Work work() {
        return new Work(1, "steps", DecodingCost.ofStep(size, 1, DecodingCase.LENGTH, DecodingCase.LENGTH / 2));
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return DecodingCase.eagerAndCompiled(engine, precisions);
    }

    @Override
    public Workplace open(NDManager manager) {
        NDManager owner = manager.newSubManager();
        EncoderDecoderTransformer model = new EncoderDecoderTransformer(size.config());
        model.initialize(owner, DataType.FLOAT32);
        ParameterStore parameterStore = new ParameterStore(owner, false);
        Executions executions = new Executions(model, owner);
        List<Steps> begun = new ArrayList<>();
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                Steps steps = new Steps(model, parameterStore, owner);
                begun.add(steps);
                return executions.workload(variant, steps);
            }

            @Override
            public void close() {
                begun.forEach(Steps::end);
                owner.close();
            }
        };
    }

    /** Writes on, and begins again where a sequence is long enough. */
    private static final class Steps implements Workload {
        private final EncoderDecoderTransformer model;
        private final ParameterStore parameterStore;
        private final NDManager owner;
        private DecodingBatch batch;
        private int token;
        private int written;

        Steps(EncoderDecoderTransformer model, ParameterStore parameterStore, NDManager owner) {
            this.model = model;
            this.parameterStore = parameterStore;
            this.owner = owner;
        }

        @Override
        public void prepare() {
            if (batch == null || written == DecodingCase.LENGTH) {
                end();
                batch = DecodingBatch.open(model, parameterStore, owner, TokenRows.of(DecodingCase.sources(1), 0));
                token = 0;
                written = 0;
            }
        }

        void end() {
            if (batch != null) {
                batch.close();
                batch = null;
            }
        }

        @Override
        public void run() {
            token = batch.advance(new int[] {token}, 1).token(0, 0);
            written++;
        }
    }
}

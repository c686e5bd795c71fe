package io.github.djltransformers.compile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.stack.GenerativeModel;
import java.util.List;

/** How far a program is from the eager block: {@code |compiled - eager| / |eager|} of the worst output. */
final class Comparison {
    private static final int CANDIDATES = 8;

    private Comparison() {}

    /** Compares on the first row of a batch. */
    static double ofRow(TransformerBlock block, ParameterStore parameterStore, Program program, NDList inputs) {
        long rows = inputs.head().getShape().get(0);
        try (NDManager scratch = inputs.head().getManager().newSubManager()) {
            NDList row = new NDList();
            for (NDArray input : inputs) {
                NDArray first = input.getShape().get(0) == rows
                        ? input.get(new NDIndex().addSliceDim(0, 1))
                        : input.duplicate();
                first.attach(scratch);
                row.add(first);
            }
            NDList eager = block.eager(parameterStore, row, false);
            NDList compiled = program.run(scratch, row);
            double worst = 0;
            for (int i = 0; i < eager.size(); i++) {
                worst = Math.max(
                        worst,
                        difference(compiled.get(i).toFloatArray(), eager.get(i).toFloatArray()));
            }
            return worst;
        }
    }

    /** Compares the candidates of three steps, rows changing places between them. */
    static double ofDecoding(
            GenerativeModel model, ParameterStore parameterStore, DecodingProgram program, NDManager manager) {
        int last = Math.min(2, model.config().vocabularySize() - 1);
        TokenRows inputs = TokenRows.of(List.of(new int[] {last, 0}, new int[] {0, last}), 0);
        try (NDManager scratch = manager.newSubManager();
                DecodingBatch eager = EagerDecodingBatch.open(model, parameterStore, scratch, inputs);
                DecodingBatch compiled = ProgramBatch.open(program, model, scratch, inputs)) {
            int[] tokens = {0, 0};
            int[] doubled = {1, 1, 0, 0};
            int[] mixed = {2, 1, 0};
            double worst = step(eager, compiled, tokens);
            eager.select(doubled);
            compiled.select(doubled);
            worst = Math.max(worst, step(eager, compiled, new int[] {0, last, 0, last}));
            eager.select(mixed);
            compiled.select(mixed);
            return Math.max(worst, step(eager, compiled, new int[] {last, 0, 0}));
        }
    }

    private static double step(DecodingBatch eager, DecodingBatch compiled, int[] tokens) {
        return difference(logProbs(compiled.advance(tokens, CANDIDATES)), logProbs(eager.advance(tokens, CANDIDATES)));
    }

    private static float[] logProbs(Candidates candidates) {
        float[] values = new float[candidates.rows() * candidates.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = candidates.logProb(i / candidates.count(), i % candidates.count());
        }
        return values;
    }

    /** Infinite where an output has another size or the eager one is zero and the other is not. */
    private static double difference(float[] compiled, float[] eager) {
        if (compiled.length != eager.length) {
            return Double.POSITIVE_INFINITY;
        }
        double apart = 0;
        double size = 0;
        for (int i = 0; i < eager.length; i++) {
            double gap = (double) compiled[i] - eager[i];
            apart += gap * gap;
            size += (double) eager[i] * eager[i];
        }
        return apart == 0 ? 0 : Math.sqrt(apart / size);
    }
}

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
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.NDArrayOps;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How far a program, or the eager block in another arithmetic, is from the eager block: {@code |other - eager| / |eager|} of
 * the worst output.
 *
 * @param <P> the kind of program
 */
interface Comparison<P> {
    int CANDIDATES = 8;

    double ofProgram(P program);

    /** Of the eager block in the arithmetic of an interpreter. */
    double ofArithmetic(NDArrayOps ops);

    /** Compares on the first row of a batch. */
    static Comparison<Program> onRow(TransformerBlock block, ParameterStore parameterStore, NDList inputs) {
        return new Comparison<>() {
            @Override
            public double ofProgram(Program program) {
                return difference(program::run);
            }

            @Override
            public double ofArithmetic(NDArrayOps ops) {
                return difference((scratch, row) -> new NDList(block.apply(ops, row)));
            }

            private double difference(BiFunction<NDManager, NDList, NDList> other) {
                try (NDManager scratch = inputs.head().getManager().newSubManager()) {
                    NDList row = firstRow(inputs, scratch);
                    NDList eager = block.eager(parameterStore, row, false);
                    NDList actual = other.apply(scratch, row);
                    double worst = 0;
                    for (int i = 0; i < eager.size(); i++) {
                        worst = Math.max(
                                worst,
                                relative(
                                        actual.get(i).toFloatArray(),
                                        eager.get(i).toFloatArray()));
                    }
                    return worst;
                }
            }
        };
    }

    private static NDList firstRow(NDList inputs, NDManager scratch) {
        long rows = inputs.head().getShape().get(0);
        NDList row = new NDList();
        for (NDArray input : inputs) {
            NDArray first =
                    input.getShape().get(0) == rows ? input.get(new NDIndex().addSliceDim(0, 1)) : input.duplicate();
            first.attach(scratch);
            row.add(first);
        }
        return row;
    }

    /** Compares the candidates of three steps, rows changing places between them. */
    static Comparison<DecodingProgram> onSteps(
            GenerativeModel model, ParameterStore parameterStore, NDManager manager) {
        int last = Math.min(2, model.config().vocabularySize() - 1);
        TokenRows inputs = TokenRows.of(List.of(new int[] {last, 0}, new int[] {0, last}), 0);
        return new Comparison<>() {
            @Override
            public double ofProgram(DecodingProgram program) {
                return difference(scratch -> ProgramBatch.open(program, model, scratch, inputs));
            }

            @Override
            public double ofArithmetic(NDArrayOps ops) {
                return difference(scratch -> EagerDecodingBatch.open(model, ops, scratch, inputs));
            }

            private double difference(Function<NDManager, DecodingBatch> other) {
                try (NDManager scratch = manager.newSubManager();
                        DecodingBatch eager = EagerDecodingBatch.open(model, parameterStore, scratch, inputs);
                        DecodingBatch actual = other.apply(scratch)) {
                    double worst = step(eager, actual, 0, 0);
                    select(new int[] {1, 1, 0, 0}, eager, actual);
                    worst = Math.max(worst, step(eager, actual, 0, last, 0, last));
                    select(new int[] {2, 1, 0}, eager, actual);
                    return Math.max(worst, step(eager, actual, last, 0, 0));
                }
            }
        };
    }

    private static void select(int[] rows, DecodingBatch... batches) {
        for (DecodingBatch batch : batches) {
            batch.select(rows);
        }
    }

    /** Of the candidates' log-probabilities, and of how much less likely a chosen token is than the eager choice. */
    private static double step(DecodingBatch eager, DecodingBatch other, int... tokens) {
        Candidates actual = other.advance(tokens, CANDIDATES);
        Candidates expected = eager.advance(tokens, CANDIDATES);
        if (actual.rows() != expected.rows() || actual.count() != expected.count()) {
            return Double.POSITIVE_INFINITY;
        }
        float[] logProbs = new float[actual.rows() * actual.count()];
        float[] eagerLogProbs = new float[logProbs.length];
        for (int i = 0; i < logProbs.length; i++) {
            int row = i / actual.count();
            int rank = i % actual.count();
            logProbs[i] = actual.logProb(row, rank);
            eagerLogProbs[i] = logProb(expected, row, actual.token(row, rank));
        }
        double worst = relative(logProbs, eagerLogProbs);
        for (int row = 0; row < actual.rows(); row++) {
            if (actual.token(row, 0) != expected.token(row, 0)) {
                float best = expected.logProb(row, 0);
                float chosen = logProb(expected, row, actual.token(row, 0));
                worst = Math.max(worst, relative(new float[] {chosen}, new float[] {best}));
            }
        }
        return worst;
    }

    /** Of a token; for one that is no candidate that of the last, which is no less. */
    private static float logProb(Candidates candidates, int row, int token) {
        for (int rank = 0; rank < candidates.count(); rank++) {
            if (candidates.token(row, rank) == token) {
                return candidates.logProb(row, rank);
            }
        }
        return candidates.logProb(row, candidates.count() - 1);
    }

    /** Infinite where an output has another size or the eager one is zero and the other is not. */
    private static double relative(float[] actual, float[] eager) {
        if (actual.length != eager.length) {
            return Double.POSITIVE_INFINITY;
        }
        double apart = 0;
        double size = 0;
        for (int i = 0; i < eager.length; i++) {
            double gap = (double) actual[i] - eager[i];
            apart += gap * gap;
            size += (double) eager[i] * eager[i];
        }
        return apart == 0 ? 0 : Math.sqrt(apart / size);
    }
}

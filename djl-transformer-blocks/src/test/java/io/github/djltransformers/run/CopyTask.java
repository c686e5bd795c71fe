package io.github.djltransformers.run;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.LinearSchedule;
import io.github.djltransformers.train.Reduction;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/** A tiny model that learns to repeat its input, with dropout, so that a run draws random numbers at each step. */
final class CopyTask {
    static final int ROWS = 8;
    static final int BATCHES_AN_EPOCH = 9;

    private static final int LENGTH = 4;
    private static final int VOCABULARY = 12;
    private static final int START = 1;

    private CopyTask() {}

    static TrainingRun run(Model model, Path folder, TrainingRunConfig config, BatchSource batches) {
        return run(model, folder, config, batches, 0.1f);
    }

    static TrainingRun run(Model model, Path folder, TrainingRunConfig config, BatchSource batches, float dropout) {
        LayerConfig layer =
                LayerConfig.of(16, 2, 32).withNorm(NormPlacement.PRE).withDropout(dropout, dropout, dropout);
        EncoderDecoderTransformer block = new EncoderDecoderTransformer(
                new TransformerConfig(layer, 1, 1, VOCABULARY, 16, PositionKind.SINUSOIDAL, true));
        model.setBlock(block);
        LinearSchedule rate = new LinearSchedule(0.01, 5, 1000);
        return TrainingRun.builder()
                .setModel(model)
                .setConfig(config)
                .setBatches(batches)
                .setLoss(new LabelSmoothedCrossEntropy(0.1, 0, Reduction.MEAN))
                .setOptimizer(new AdamW(ParameterNames.of(block), rate, AdamConfig.transformer()), rate)
                .setValidation(CopyTask::judge)
                .setFolder(folder)
                .setInputShapes(new Shape(1, 1), new Shape(1, 1, 1, 1), new Shape(1, 1))
                .optProgress(line -> {})
                .build();
    }

    private static Validation.Verdict judge(Trainer trainer) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            Copies held = new Copies(-1, 0, ROWS);
            NDArray logits = trainer.evaluate(held.data(manager)).singletonOrThrow();
            double loss = new LabelSmoothedCrossEntropy(0, 0, Reduction.MEAN)
                    .evaluate(held.labels(manager), new NDList(logits))
                    .getFloat();
            return new Validation.Verdict(-loss, Map.of("loss", loss));
        }
    }

    /** Batches that are drawn from epoch and index. */
    static BatchSource batches(int rows) {
        return source(rows, BATCHES_AN_EPOCH);
    }

    static BatchSource batchesOf(int count) {
        return source(ROWS, count);
    }

    private static BatchSource source(int rows, int count) {
        return (epoch, skip) -> new BatchSource.BatchCursor() {
            private long next = skip;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public TrainingBatch next() {
                return new Copies(epoch, next++, rows);
            }

            @Override
            public void close() {
                next = count;
            }
        };
    }

    /** As {@link #batches}, and the process "dies" when so many batches were taken. */
    static BatchSource dyingAfter(int batches) {
        int[] left = {batches};
        return (epoch, skip) -> {
            BatchSource.BatchCursor cursor = batches(ROWS).open(epoch, skip);
            return new BatchSource.BatchCursor() {
                @Override
                public boolean hasNext() {
                    return cursor.hasNext();
                }

                @Override
                public TrainingBatch next() {
                    if (left[0]-- == 0) {
                        throw new IllegalStateException("killed");
                    }
                    return cursor.next();
                }

                @Override
                public void close() {
                    cursor.close();
                }
            };
        };
    }

    /** The first batch of {@link #batches}, whole or a part at a time, over and over. */
    static BatchSource firstBatchIn(int parts) {
        int rows = ROWS / parts;
        return (epoch, skip) -> new BatchSource.BatchCursor() {
            private int next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public TrainingBatch next() {
                return new Copies(0, 0, rows * (next++ % parts), rows);
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Rows of a batch that is drawn.
     *
     * @param first of the rows
     */
    private record Copies(long epoch, long index, int first, int rows) implements TrainingBatch {
        Copies(long epoch, long index, int rows) {
            this(epoch, index, 0, rows);
        }

        private long[] ids() {
            SplittableRandom random = new SplittableRandom(epoch * 1000 + index);
            return random.longs((long) CopyTask.ROWS * LENGTH, START + 1, VOCABULARY)
                    .skip((long) first * LENGTH)
                    .limit((long) rows * LENGTH)
                    .toArray();
        }

        @Override
        public NDList data(NDManager manager) {
            long[] source = ids();
            long[] target = new long[source.length];
            for (int i = 0; i < target.length; i++) {
                target[i] = i % LENGTH == 0 ? START : source[i - 1];
            }
            Shape shape = new Shape(rows, LENGTH);
            return new NDList(
                    manager.create(source, shape),
                    manager.ones(new Shape(rows, 1, 1, LENGTH), DataType.BOOLEAN),
                    manager.create(target, shape));
        }

        @Override
        public NDList labels(NDManager manager) {
            return new NDList(manager.create(ids(), new Shape(rows, LENGTH)));
        }

        @Override
        public long tokens() {
            return (long) rows * LENGTH;
        }
    }
}

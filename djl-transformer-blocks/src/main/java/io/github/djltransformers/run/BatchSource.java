package io.github.djltransformers.run;

import java.util.Iterator;

/** Batches in an order that depends on the epoch alone, so that a run can begin anywhere. */
public interface BatchSource {
    /**
     * The batches of an epoch.
     *
     * @param epoch from 0
     * @param skip how many to leave out at the beginning
     */
    BatchCursor open(long epoch, long skip);

    /** Walks over batches; closing it ends whatever prepares them. */
    interface BatchCursor extends Iterator<TrainingBatch>, AutoCloseable {
        @Override
        void close();
    }
}

package io.github.djltransformers.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.inference.streaming.StreamingTranslator.StreamOutput;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.util.PairList;
import io.github.djltransformers.block.TransformerBlock;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A model that threads predict with while another may close it, which DJL's own frees under their hands: closing waits for
 * the predictions that run, and those that come later are refused.
 */
final class SharedModel<I, O> extends ZooModel<I, O> {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    SharedModel(Model model, Translator<I, O> translator) {
        super(model, translator);
    }

    @Override
    public <P, Q> Predictor<P, Q> newPredictor(Translator<P, Q> translator, Device device) {
        begin();
        try {
            return new SharedPredictor<>(translator, device);
        } finally {
            end();
        }
    }

    @Override
    public Trainer newTrainer(TrainingConfig config) {
        begin();
        try {
            return super.newTrainer(config);
        } finally {
            end();
        }
    }

    @Override
    public void cast(DataType type) {
        begin();
        try {
            super.cast(type);
        } finally {
            end();
        }
    }

    /** DJL's own puts numbers through the block, of a type that ids do not have. */
    @Override
    public PairList<String, Shape> describeOutput() {
        return getBlock() instanceof TransformerBlock block ? block.describeOutput() : super.describeOutput();
    }

    /** Must be followed by {@link #end}, in the same thread. */
    private void begin() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw new IllegalStateException(getName()
                    + ": model must be open, got a closed one; load it again, or close it after the last use");
        }
    }

    private void end() {
        lock.readLock().unlock();
    }

    /**
     * Waits for the predictions that run, then frees the model. Closing it again does nothing.
     *
     * @throws IllegalStateException if a translator of a running prediction closes it, which would wait for itself
     */
    @Override
    public void close() {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException(
                    getName() + ": model must be closed outside its predictions, got a call from inside of one");
        }
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                super.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private final class SharedPredictor<P, Q> extends Predictor<P, Q> {
        SharedPredictor(Translator<P, Q> translator, Device device) {
            super(getWrappedModel(), translator, device, false);
        }

        @Override
        public List<Q> batchPredict(List<P> inputs) throws TranslateException {
            begin();
            try {
                return super.batchPredict(inputs);
            } finally {
                end();
            }
        }

        @Override
        public StreamOutput<Q> streamingPredict(P input) throws TranslateException {
            begin();
            try {
                return super.streamingPredict(input);
            } finally {
                end();
            }
        }
    }
}

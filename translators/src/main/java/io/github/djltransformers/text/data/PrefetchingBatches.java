package io.github.djltransformers.text.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Builds batches ahead on a thread of its own, so that a training step does not wait for them. It touches Java arrays
 * only, no engine. The iterator itself is for one thread.
 */
public final class PrefetchingBatches implements Iterator<TokenBatch>, AutoCloseable {
    private static final Delivery END = new Delivery(null, null);

    private final BlockingQueue<Delivery> queue;
    private final Thread producer;
    private Delivery next;
    private boolean closed;

    /**
     * Starts to build batches.
     *
     * @param batches where the batches come from; from now on only the background thread may touch it
     * @param capacity how many batches to hold ready at most
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public PrefetchingBatches(Iterator<TokenBatch> batches, int capacity) {
        Objects.requireNonNull(batches, "batches");
        if (capacity < 1) {
            throw new IllegalArgumentException("PrefetchingBatches: capacity must be at least 1, got " + capacity);
        }
        queue = new ArrayBlockingQueue<>(capacity);
        producer = new Thread(() -> produce(batches), "prefetching-batches");
        producer.setDaemon(true);
        producer.start();
    }

    private void produce(Iterator<TokenBatch> batches) {
        try {
            queue.put(lastAfterDelivering(batches));
        } catch (InterruptedException stopped) {
            // close() stopped the thread; nobody waits for more.
            Thread.currentThread().interrupt();
        }
    }

    private Delivery lastAfterDelivering(Iterator<TokenBatch> batches) throws InterruptedException {
        try {
            while (batches.hasNext()) {
                queue.put(new Delivery(batches.next(), null));
            }
            return END;
        } catch (RuntimeException | Error failure) {
            return new Delivery(null, failure);
        }
    }

    /**
     * Waits until the next batch is ready or there is none.
     *
     * @throws IllegalStateException if building the next batch failed (the failure is the cause), this thread was
     *     interrupted, or {@link #close} was called
     */
    @Override
    public boolean hasNext() {
        if (closed) {
            throw new IllegalStateException(
                    "PrefetchingBatches: batches must be taken before close(), got a call after");
        }
        if (next == null) {
            next = take();
        }
        if (next.failure != null) {
            throw new IllegalStateException(
                    "PrefetchingBatches: every batch must be built, got " + next.failure, next.failure);
        }
        return next != END;
    }

    private Delivery take() {
        try {
            return queue.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "PrefetchingBatches: the waiting thread must go on until a batch is ready, got an interrupt",
                    interrupted);
        }
    }

    @Override
    public TokenBatch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("PrefetchingBatches: next() must follow a true hasNext(), got the end");
        }
        TokenBatch batch = next.batch;
        next = null;
        return batch;
    }

    /** Stops the background thread, waits for its end and drops what is ready. Calling it again does nothing. */
    @Override
    public void close() {
        closed = true;
        producer.interrupt();
        boolean interrupted = false;
        while (producer.isAlive()) {
            try {
                producer.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        queue.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A batch, a failure, or neither for the end. */
    private record Delivery(TokenBatch batch, Throwable failure) {}
}

package io.github.djltransformers.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the end of the process (Ctrl-C) back until the current step is done and its checkpoint written. */
final class Interruption implements AutoCloseable {
    /** A validation may take long, and what comes after it is worth waiting for. */
    private static final long PATIENCE_MINUTES = 30;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::holdBack, "training-interruption");
    private volatile boolean requested;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean requested() {
        return requested;
    }

    private void holdBack() {
        requested = true;
        try {
            boolean written = done.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
            if (!written) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        if (!requested) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}

package io.github.djltransformers.text.generate;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pieces of a text as they are written, for reactive programs: each subscriber has a text written for it, a step of the model
 * for each piece that it requests. Cancelling ends the writing with the step that is under way, and frees what it holds.
 *
 * <pre>{@code
 * new TextPublisher(() -> predictor.streamingPredict(prompt).getIterativeOutput(), executor).subscribe(subscriber);
 * }</pre>
 */
public final class TextPublisher implements Flow.Publisher<String> {
    private final Callable<TextStream> opener;
    private final Executor executor;

    /**
     * @param opener begins a text when the first piece is requested; what it throws is the subscriber's error
     * @param executor runs the model and calls the subscriber, one step at a time for each
     */
    public TextPublisher(Callable<TextStream> opener, Executor executor) {
        this.opener = opener;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        subscriber.onSubscribe(new Writing(subscriber));
    }

    /** A text that is written for one subscriber. */
    private final class Writing implements Flow.Subscription {
        private final Flow.Subscriber<? super String> subscriber;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger calls = new AtomicInteger(); // requests and cancellations that are not seen to
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private volatile boolean wrongRequest;
        private TextStream stream; // of the executor's thread
        private boolean done;

        Writing(Flow.Subscriber<? super String> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long pieces) {
            if (pieces <= 0) {
                wrongRequest = true;
            } else {
                requested.accumulateAndGet(
                        pieces, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
            }
            wake();
        }

        @Override
        public void cancel() {
            cancelled.set(true);
            wake();
        }

        private void wake() {
            if (calls.getAndIncrement() == 0) {
                executor.execute(this::write);
            }
        }

        private void write() {
            int seen = 1;
            while (seen > 0) {
                try {
                    writeRequested();
                } catch (Exception e) {
                    end();
                    subscriber.onError(e);
                }
                seen = calls.addAndGet(-seen);
            }
        }

        private void writeRequested() throws Exception {
            if (wrongRequest && !done && !cancelled.get()) {
                throw new IllegalArgumentException("TextPublisher: request must be for at least one piece");
            }
            while (!done && !cancelled.get() && requested.get() > 0) {
                stream = stream == null ? opener.call() : stream;
                if (!stream.hasNext()) {
                    end();
                    subscriber.onComplete();
                    return;
                }
                String piece = stream.next();
                requested.decrementAndGet();
                if (!cancelled.get()) {
                    subscriber.onNext(piece);
                }
            }
            if (cancelled.get()) {
                end();
            }
        }

        private void end() {
            done = true;
            if (stream != null) {
                stream.close();
            }
        }
    }
}

package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PrefetchingBatchesTest {
    private static final EpochBatches EPOCH =
            new TokenBatches(SyntheticPairs.of(500), BatchConfig.of(256, 3), SequenceMarkers.STANDARD).epoch(0);

    @Test
    void givesTheSameBatchesInTheSameOrder() {
        try (PrefetchingBatches prefetched = new PrefetchingBatches(EPOCH.from(0), 2)) {
            int count = 0;
            while (prefetched.hasNext()) {
                assertArrayEquals(
                        EPOCH.batch(count).sourceIds(), prefetched.next().sourceIds());
                count++;
            }
            assertEquals(EPOCH.size(), count);
            assertFalse(prefetched.hasNext());
            assertEquals(
                    "PrefetchingBatches: next() must follow a true hasNext(), got the end",
                    assertThrows(NoSuchElementException.class, prefetched::next).getMessage());
        }
    }

    @Test
    void aFailureReachesTheConsumerAfterTheBatchesBeforeIt() {
        ArithmeticException failure = new ArithmeticException("third batch");
        try (PrefetchingBatches prefetched = new PrefetchingBatches(new FailingAfterTwo(failure), 4)) {
            assertNotNull(prefetched.next());
            assertNotNull(prefetched.next());
            IllegalStateException thrown = assertThrows(IllegalStateException.class, prefetched::hasNext);
            assertEquals(
                    "PrefetchingBatches: every batch must be built, got java.lang.ArithmeticException: third batch",
                    thrown.getMessage());
            assertSame(failure, thrown.getCause());
            assertSame(
                    failure,
                    assertThrows(IllegalStateException.class, prefetched::next).getCause());
        }
    }

    @Test
    void buildsNoMoreAheadThanItsCapacityAndStopsOnClose() throws InterruptedException {
        Endless endless = new Endless(4);
        PrefetchingBatches prefetched = new PrefetchingBatches(endless, 3);
        assertTrue(endless.built.await(10, TimeUnit.SECONDS));
        // Three lie in the queue, the fourth waits for room in the thread's hand.
        assertEquals(4, endless.count.get());
        prefetched.close();
        assertFalse(endless.thread.get().isAlive());
        assertEquals(4, endless.count.get());
        prefetched.close();
        assertEquals(
                "PrefetchingBatches: batches must be taken before close(), got a call after",
                assertThrows(IllegalStateException.class, prefetched::hasNext).getMessage());
    }

    @Test
    void aWaitingConsumerCanBeInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        try (PrefetchingBatches prefetched = new PrefetchingBatches(new Stuck(never), 1)) {
            Thread.currentThread().interrupt();
            assertEquals(
                    "PrefetchingBatches: the waiting thread must go on until a batch is ready, got an interrupt",
                    assertThrows(IllegalStateException.class, prefetched::hasNext)
                            .getMessage());
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void capacityMustBePositive() {
        assertEquals(
                "PrefetchingBatches: capacity must be at least 1, got 0",
                assertThrows(IllegalArgumentException.class, () -> new PrefetchingBatches(EPOCH.from(0), 0))
                        .getMessage());
    }

    private static TokenBatch batch() {
        return TokenBatch.of(List.of(new TokenizedPair(new int[] {4}, new int[] {5})), SequenceMarkers.STANDARD);
    }

    private static final class FailingAfterTwo implements Iterator<TokenBatch> {
        private final RuntimeException failure;
        private int given;

        FailingAfterTwo(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public TokenBatch next() {
            if (given++ == 2) {
                throw failure;
            }
            return batch();
        }
    }

    private static final class Endless implements Iterator<TokenBatch> {
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicReference<Thread> thread = new AtomicReference<>();
        private final CountDownLatch built;

        Endless(int awaited) {
            built = new CountDownLatch(awaited);
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public TokenBatch next() {
            thread.set(Thread.currentThread());
            count.incrementAndGet();
            built.countDown();
            return batch();
        }
    }

    /** Never delivers, but gives up when its thread is interrupted. */
    private record Stuck(CountDownLatch latch) implements Iterator<TokenBatch> {
        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public TokenBatch next() {
            try {
                latch.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return batch();
        }
    }
}

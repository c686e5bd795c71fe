package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.ops.AttentionSpan;
import org.junit.jupiter.api.Test;

class CacheLayoutTest {
    @Test
    void aWindowsCacheNeverHasMoreThanTwoWindowsAndEachTokenIsMovedOnceAtMostOnAverage() {
        for (int window : new int[] {1, 2, 3, 100}) {
            CacheLayout layout = new CacheLayout(1, 1, 1, window);
            assertTrue(layout.forgets());
            int cached = 0;
            long moved = 0;
            for (int token = 0; token < 1000; token++) {
                int forgotten = layout.forgotten(cached);
                moved += forgotten > 0 ? cached - forgotten : 0;
                cached -= forgotten;
                // What the newest token reaches is there: itself and those before it in the window.
                assertTrue(cached >= Math.min(token, window - 1), "window " + window);
                cached++;
                assertTrue(cached <= 2 * window, "window " + window);
            }
            assertTrue(moved <= 1000, "window " + window + " moved " + moved);
        }
        assertEquals(901, new CacheLayout(1, 1, 1, 100).forgotten(1000));
    }

    @Test
    void allIsKeptWhereALayerReachesAll() {
        CacheLayout layout = new CacheLayout(1, 1, 1, AttentionSpan.UNBOUNDED);
        assertFalse(layout.forgets());
        assertEquals(0, layout.forgotten(1_000_000_000));
    }
}

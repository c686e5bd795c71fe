package io.github.djltransformers.benchmark;

import io.github.djltransformers.ops.Cost;

/**
 * How much one run of a case does.
 *
 * @param items what a speed counts
 * @param unit of the items, in the plural
 * @param tokens of the items, where they are something else; 0 where they are tokens or no tokens are counted
 * @param cost what it costs at least, or null where that depends on data
 * @param reads what it must read from memory, or null where that is not what bounds it
 */
public record Work(double items, String unit, double tokens, Cost cost, Reads reads) {
    Work(double items, String unit, double tokens, Cost cost) {
        this(items, unit, tokens, cost, null);
    }

    Work(double items, String unit, Cost cost) {
        this(items, unit, 0, cost);
    }
}

package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What processors do to the scores of a row, where they only lower some.
 *
 * @param changes token: what becomes of its score
 * @param filters what may follow
 */
record RowChanges(Map<Integer, ScoreChange> changes, List<IntPredicate> filters) {
    /** That scores stay as they are. */
    static final RowChanges NONE = new RowChanges(Map.of(), List.of());

    /**
     * What processors do.
     *
     * @return null where one does not say, or raises a score
     */
    static RowChanges of(List<ScoresProcessor> processors, int... sequence) {
        Map<Integer, ScoreChange> changes = new HashMap<>();
        List<IntPredicate> filters = new ArrayList<>();
        for (ScoresProcessor processor : processors) {
            if (processor instanceof SparseProcessor sparse) {
                sparse.changes(sequence, (token, change) -> changes.merge(token, change, ScoreChange::then));
            } else if (processor instanceof TokenFilter filter) {
                filters.add(filter.after(sequence));
            } else {
                return null;
            }
        }
        return changes.values().stream().allMatch(ScoreChange::lowers) ? new RowChanges(changes, filters) : null;
    }

    /** The score of a token afterwards. */
    float of(int token, float score) {
        for (IntPredicate filter : filters) {
            if (!filter.test(token)) {
                return Float.NEGATIVE_INFINITY;
            }
        }
        ScoreChange change = changes.get(token);
        return change == null ? score : change.of(score);
    }
}

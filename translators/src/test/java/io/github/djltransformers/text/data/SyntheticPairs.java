package io.github.djltransformers.text.data;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Pairs with lengths spread as in a corpus of short sentences; the first source id of a pair is its number + 4. */
final class SyntheticPairs {
    private SyntheticPairs() {}

    static List<TokenizedPair> of(int count) {
        SplittableRandom random = new SplittableRandom(42);
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    int source = 1 + (int) (12 * -Math.log(1 - 0.98 * random.nextDouble()));
                    int target = Math.max(1, (int) Math.round(source * (0.7 + 0.6 * random.nextDouble())));
                    int[] ids = new int[source];
                    ids[0] = number + 4;
                    int[] targetIds = new int[target];
                    targetIds[0] = number + 4;
                    return new TokenizedPair(ids, targetIds);
                })
                .toList();
    }
}

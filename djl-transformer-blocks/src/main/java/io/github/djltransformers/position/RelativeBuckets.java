package io.github.djltransformers.position;

/** How distances between query and key share rows of a trained table; a distance is the key's place less the query's. */
public final class RelativeBuckets {
    private RelativeBuckets() {}

    /**
     * The buckets of T5 (Raffel et al. 2020, section 2.1): one for each near distance, then ever wider ones up to the largest.
     * Computed in float as reference implementations do, since a bucket's edge hangs on the last bit.
     *
     * @param bothWays whether half of the buckets are for keys after the query; if not these share bucket 0
     * @param buckets how many there are
     * @param maxDistance from which on all share the last
     */
    public static int t5(int distance, boolean bothWays, int buckets, int maxDistance) {
        int available = bothWays ? buckets / 2 : buckets;
        int first = bothWays && distance > 0 ? available : 0;
        int away = bothWays ? Math.abs(distance) : Math.max(-distance, 0);
        int exact = available / 2;
        if (away < exact) {
            return first + away;
        }
        float width = (float) Math.log((float) away / exact) / (float) Math.log((double) maxDistance / exact);
        return first + Math.min(exact + (int) (width * (available - exact)), available - 1);
    }

    /**
     * The signed buckets of DeBERTa-v2 (He et al. 2021): near distances as they are, far ones on a logarithmic scale.
     *
     * @param buckets how many for each sign, 0 for no bucket but the distance itself
     * @param maxDistance the distance of the last bucket
     */
    public static int deberta(int distance, int buckets, int maxDistance) {
        int middle = buckets / 2;
        int away = Math.abs(distance);
        if (buckets == 0 || away <= middle) {
            return distance;
        }
        float width = (float) Math.log((float) away / middle) / (float) Math.log((maxDistance - 1.0) / middle);
        return Integer.signum(distance) * ((int) Math.ceil(width * (middle - 1)) + middle);
    }
}

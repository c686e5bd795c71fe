package io.github.djltransformers.decode;

/** What becomes of one score. */
interface ScoreChange {
    /** What forbids a token. */
    ScoreChange FORBIDDEN = new Added(Float.NEGATIVE_INFINITY);

    /** The score afterwards. */
    float of(float score);

    /** Whether no score is higher afterwards. */
    boolean lowers();

    /** This change, and then another. */
    default ScoreChange then(ScoreChange next) {
        return new Both(this, next);
    }

    /**
     * A sum.
     *
     * @param amount negative infinity forbids a token
     */
    record Added(float amount) implements ScoreChange {
        @Override
        public float of(float score) {
            return score + amount;
        }

        @Override
        public boolean lowers() {
            return amount <= 0;
        }
    }

    /**
     * A change after another.
     *
     * @param first the change before
     * @param second the change afterwards
     */
    record Both(ScoreChange first, ScoreChange second) implements ScoreChange {
        @Override
        public float of(float score) {
            return second.of(first.of(score));
        }

        @Override
        public boolean lowers() {
            return first.lowers() && second.lowers();
        }
    }
}

package io.github.djltransformers.huggingface;

/** How an adapter's alpha becomes the factor of what it adds. */
public enum LoraScaling {
    /** {@code alpha / rank} (Hu et al. 2021, section 4.1). */
    STANDARD {
        @Override
        double factor(double alpha, int rank) {
            return alpha / rank;
        }
    },
    /** {@code alpha / sqrt(rank)}, by which gradients stay alike for all ranks (Kalajdzievski 2023, section 3). */
    RANK_STABILIZED {
        @Override
        double factor(double alpha, int rank) {
            return alpha / Math.sqrt(rank);
        }
    };

    abstract double factor(double alpha, int rank);
}

package io.github.djltransformers.norm;

import java.util.Map;

/**
 * A normalisation.
 *
 * @param kind which one
 * @param epsilon added to the variance or the mean square
 * @param bias whether a layer norm has a bias; others have none
 */
public record NormConfig(NormKind kind, float epsilon, boolean bias) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("epsilon", 0f, "bias", false);

    public NormConfig {
        if (kind == null) {
            throw new IllegalArgumentException("NormConfig: kind must be given, got null");
        }
        if (kind != NormKind.NONE && !(epsilon > 0)) {
            throw new IllegalArgumentException("NormConfig: epsilon must be positive, got " + epsilon);
        }
        if (bias && kind != NormKind.LAYER) {
            throw new IllegalArgumentException("NormConfig: bias must be false for " + kind + ", got true");
        }
    }

    /** No norm. */
    public static final NormConfig NONE = new NormConfig(NormKind.NONE, 0, false);

    /** Layer normalisation with a bias. */
    public static NormConfig layer(double epsilon) {
        return new NormConfig(NormKind.LAYER, (float) epsilon, true);
    }

    /** Root mean square normalisation. */
    public static NormConfig rms(double epsilon) {
        return new NormConfig(NormKind.RMS, (float) epsilon, false);
    }
}

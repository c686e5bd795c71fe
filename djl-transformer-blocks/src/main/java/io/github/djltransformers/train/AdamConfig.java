package io.github.djltransformers.train;

/**
 * The constants of Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
 *
 * @param beta1 the decay of the average gradient m, in [0, 1)
 * @param beta2 the decay of the average squared gradient v, in [0, 1)
 * @param epsilon what is added to the square root of the bias-corrected v, at least 0
 * @param weightDecay the decay of parameters in no {@link ParameterGroup}, at least 0
 * @param secondMoment the estimate that steps are divided by
 */
public record AdamConfig(double beta1, double beta2, double epsilon, double weightDecay, SecondMoment secondMoment) {
    public AdamConfig {
        checkBeta("beta1", beta1);
        checkBeta("beta2", beta2);
        NonNegative.check("AdamConfig", "epsilon", epsilon);
        NonNegative.check("AdamConfig", "weightDecay", weightDecay);
        if (secondMoment == null) {
            throw new IllegalArgumentException("AdamConfig: secondMoment must be given, got null");
        }
    }

    /** The paper's constants, and PyTorch's: betas 0.9 and 0.999, epsilon 1e-8, no decay. */
    public static AdamConfig defaults() {
        return new AdamConfig(0.9, 0.999, 1e-8, 0, SecondMoment.CURRENT);
    }

    /** The constants of Vaswani et al. (2017), section 5.3: betas 0.9 and 0.98, epsilon 1e-9, no decay. */
    public static AdamConfig transformer() {
        return new AdamConfig(0.9, 0.98, 1e-9, 0, SecondMoment.CURRENT);
    }

    /** This with other decays of the averages. */
    public AdamConfig withBetas(double newBeta1, double newBeta2) {
        return new AdamConfig(newBeta1, newBeta2, epsilon, weightDecay, secondMoment);
    }

    /** This with another epsilon. */
    public AdamConfig withEpsilon(double newEpsilon) {
        return new AdamConfig(beta1, beta2, newEpsilon, weightDecay, secondMoment);
    }

    /** This with another weight decay. */
    public AdamConfig withWeightDecay(double newWeightDecay) {
        return new AdamConfig(beta1, beta2, epsilon, newWeightDecay, secondMoment);
    }

    /** This with another estimate of the squared gradient. */
    public AdamConfig withSecondMoment(SecondMoment newSecondMoment) {
        return new AdamConfig(beta1, beta2, epsilon, weightDecay, newSecondMoment);
    }

    private static void checkBeta(String argument, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("AdamConfig: " + argument + " must be in [0, 1), got " + value);
        }
    }
}

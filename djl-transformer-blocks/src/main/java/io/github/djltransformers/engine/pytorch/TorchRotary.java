package io.github.djltransformers.engine.pytorch;

import io.github.djltransformers.Text;
import io.github.djltransformers.ops.RotaryConfig;
import java.util.Locale;

/** The angles of rotary positions as expressions, over the functions of {@link TorchPositions}. */
final class TorchRotary {
    private TorchRotary() {}

    /**
     * (1|B, 1, T, R/2), the places of tokens times the frequencies.
     *
     * @param x (B, T, D), tells how the device is called
     * @param from the expression of the first new token's place
     * @param count the expression of T
     * @param explicit (B, T), the places, or null where they follow one another
     */
    static String angles(TorchValue x, String from, String count, TorchValue explicit, RotaryConfig rotary) {
        String places = explicit == null
                ? Text.format("__torch__.places(%s, %s, %s)", from, count, x.name())
                : Text.format("__torch__.given_places(%s)", explicit.name());
        String length = Text.format("torch.add(%s, %s)", from, count);
        return Text.format("torch.mul(%s, %s)", places, frequencies(length, rotary, x));
    }

    private static String frequencies(String length, RotaryConfig rotary, TorchValue like) {
        if (!rotary.dynamic()) {
            return tensor(rotary.frequencies(0), like);
        }
        String base = Text.format(
                "__torch__.stretched_base(%s, %s, %s, %d, %s)",
                length,
                literal(rotary.base()),
                literal(rotary.scaling().factor()),
                rotary.scaling().originalLength(),
                literal(rotary.size() / (rotary.size() - 2.0)));
        float[] exponents = new float[rotary.size() / 2];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = (float) (2 * i) / rotary.size();
        }
        return Text.format("torch.reciprocal(torch.pow(%s, %s))", base, tensor(exponents, like));
    }

    private static String tensor(float[] numbers, TorchValue like) {
        StringBuilder list = new StringBuilder();
        for (float number : numbers) {
            list.append(list.isEmpty() ? "" : ", ").append(literal(number));
        }
        return Text.format("torch.tensor([%s], dtype=6, device=%s.device)", list, like.name());
    }

    /** A number as TorchScript reads it: never without a point or an exponent, which would be an int. */
    static String literal(double number) {
        return Double.toString(number).toLowerCase(Locale.ROOT);
    }
}

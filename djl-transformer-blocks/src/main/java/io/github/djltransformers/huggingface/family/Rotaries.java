package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.RotaryScaling;
import java.util.Locale;

/** Rotary positions as configurations write them: in keys of their own, or in {@code rope_parameters}. */
final class Rotaries {
    private Rotaries() {}

    /**
     * The rotary positions of all layers.
     *
     * @param headSize Dh
     * @param partKey the older key of the part of a head that is turned, or null
     */
    static RotaryConfig of(CheckpointConfig config, int headSize, String partKey) throws MalformedModelException {
        CheckpointConfig parameters = config.object("rope_parameters");
        CheckpointConfig scaling = parameters == null ? config.object("rope_scaling") : parameters;
        double base = parameters == null
                ? config.number("rope_theta", config.number("rotary_emb_base", 10000))
                : parameters.number("rope_theta", config.number("rope_theta", 10000));
        double part = config.number("partial_rotary_factor", partKey == null ? 1 : config.number(partKey, 1));
        part = parameters == null ? part : parameters.number("partial_rotary_factor", part);
        return of(config, (int) (headSize * part), base, scaling);
    }

    /**
     * Rotary positions.
     *
     * @param size R
     * @param scaling the object that names a scaling, or null
     */
    static RotaryConfig of(CheckpointConfig config, int size, double base, CheckpointConfig scaling)
            throws MalformedModelException {
        return new RotaryConfig(size, base, scaling == null ? null : scaling(config, scaling));
    }

    private static RotaryScaling scaling(CheckpointConfig config, CheckpointConfig scaling)
            throws MalformedModelException {
        String type = scaling.text("rope_type", scaling.text("type", "default")).toLowerCase(Locale.ROOT);
        int length = scaling.size("original_max_position_embeddings", config.size("max_position_embeddings", 2048));
        return switch (type) {
            case "default" -> null;
            case "linear" -> new RotaryScaling(RotaryScaling.Kind.LINEAR, scaling.number("factor"), length, 0, 0, 1);
            case "dynamic" ->
                new RotaryScaling(
                        RotaryScaling.Kind.DYNAMIC,
                        scaling.number("factor"),
                        config.size("max_position_embeddings", length),
                        0,
                        0,
                        1);
            case "llama3" ->
                new RotaryScaling(
                        RotaryScaling.Kind.LLAMA3,
                        scaling.number("factor"),
                        length,
                        scaling.number("low_freq_factor"),
                        scaling.number("high_freq_factor"),
                        1);
            case "yarn" -> yarn(scaling, length);
            default -> throw scaling.wrong("rope_type", "default, linear, dynamic, llama3 or yarn", type);
        };
    }

    /** How many times longer than their table of positions says sequences may be: by a base that grows with them. */
    static double stretch(CheckpointConfig config) throws MalformedModelException {
        CheckpointConfig scaling =
                config.has("rope_parameters") ? config.object("rope_parameters") : config.object("rope_scaling");
        if (scaling == null || !scaling.has("factor")) {
            return 1;
        }
        String type = scaling.text("rope_type", scaling.text("type", "default"));
        return type.equals("dynamic") ? Math.max(1, scaling.number("factor")) : 1;
    }

    private static RotaryScaling yarn(CheckpointConfig scaling, int length) throws MalformedModelException {
        double factor = scaling.number("factor");
        double usual = factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
        return new RotaryScaling(
                RotaryScaling.Kind.YARN,
                factor,
                length,
                scaling.number("beta_slow", 1),
                scaling.number("beta_fast", 32),
                scaling.number("attention_factor", usual));
    }
}

package io.github.djltransformers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The arguments of a model that criteria or a file of properties give: values, or their text. */
public final class ModelArguments {
    private final String owner;
    private final Map<String, ?> arguments;

    /**
     * @param owner the type that errors name
     * @param arguments or null for none
     */
    public ModelArguments(String owner, Map<String, ?> arguments) {
        this.owner = owner;
        this.arguments = arguments == null ? Map.of() : arguments;
    }

    /**
     * An argument that is read from its text.
     *
     * @param rule what the error says it must do
     * @param absent the value where it is not given
     * @param parse throws an {@link IllegalArgumentException} where the rule is broken
     * @throws IllegalArgumentException naming argument, rule and what came
     */
    public <V> V value(String name, String rule, V absent, Function<String, V> parse) {
        Object value = arguments.get(name);
        if (value == null) {
            return absent;
        }
        try {
            return parse.apply(value.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Text.format("%s: %s must %s, got %s", owner, name, rule, value), e);
        }
    }

    /** A whole number; JSON gives them as 4.0. */
    public int wholeNumber(String name, int absent) {
        return value(name, "be a whole number", absent, text -> {
            double number = Double.parseDouble(text);
            if (number != (int) number) {
                throw new NumberFormatException(text);
            }
            return (int) number;
        });
    }

    /** A whole number that is not less than another. */
    public int wholeNumber(String name, int least, int absent) {
        int number = wholeNumber(name, absent);
        if (number < least) {
            throw new IllegalArgumentException(
                    Text.format("%s: %s must be at least %d, got %d", owner, name, least, number));
        }
        return number;
    }

    /** A number. */
    public double number(String name, double absent) {
        return value(name, "be a number", absent, Double::parseDouble);
    }

    /** True or false. */
    public boolean flag(String name, boolean absent) {
        return value(name, "be true or false", absent, text -> {
            if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                throw new IllegalArgumentException(text);
            }
            return text.equalsIgnoreCase("true");
        });
    }

    /** A constant, in any case. */
    public <E extends Enum<E>> E constant(String name, Class<E> type, E absent) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        return value(
                name,
                "be one of " + String.join(", ", names),
                absent,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(each -> each.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(text)));
    }
}

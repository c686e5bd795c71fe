package io.github.djltransformers.engine.pytorch;

import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.ActivationFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements of a method under construction.
 *
 * <p>How a linear map is computed is settled only when all statements are known: an activation that follows may be computed
 * with it, and other linear maps of the same input too.
 */
final class TorchStatements {
    private static final long LARGE = 1 << 18;

    private final TorchWeights weights;
    private final LinearForm form;
    private final List<Supplier<String>> statements = new ArrayList<>();
    private final Map<String, Linear> linears = new HashMap<>();
    private final Map<String, List<Linear>> groups = new HashMap<>();
    private int variables;

    TorchStatements(TorchWeights weights) {
        this.weights = weights;
        form = weights.form();
    }

    /** Adds a statement that gives a new variable a value, and returns the variable. */
    String let(String expression) {
        String name = "v" + variables++;
        statements.add(() -> assignment(name, expression));
        return name;
    }

    /** Adds a linear map, and returns the variable of its product. */
    String linear(String x, Parameter weight, Parameter bias) {
        Linear linear = new Linear("v" + variables++, x, weight, bias, null);
        linears.put(linear.product, linear);
        groups.computeIfAbsent(linear.group(), key -> new ArrayList<>()).add(linear);
        statements.add(() -> text(linear));
        return linear.product;
    }

    /**
     * Adds the activation of a linear map's product, computed with it.
     *
     * @return the variable; null where the product is not a linear map's, or its operator does not take the activation
     */
    String activated(String product, ActivationFunction function) {
        Linear linear = linears.get(product);
        if (linear == null || !fuses(linear, function)) {
            return null;
        }
        // The engine drops the statement of the product itself where nothing uses it.
        groups.get(linear.group()).remove(linear);
        String x = linear.x;
        Linear activated = new Linear("v" + variables++, x, linear.weight, linear.bias, function);
        statements.add(() -> assignment(activated.product, alone(activated)));
        return activated.product;
    }

    private boolean fuses(Linear linear, ActivationFunction function) {
        return switch (form) {
            case PLAIN, BFLOAT16 -> false;
            case ONEDNN, PACKED ->
                isLarge(List.of(linear))
                        && (function == ActivationFunction.RELU || function == ActivationFunction.GELU);
            case INT8 -> function == ActivationFunction.RELU;
        };
    }

    /** All statements. */
    String text() {
        return statements.stream().map(Supplier::get).collect(Collectors.joining());
    }

    private String text(Linear linear) {
        List<Linear> group = form.groups() ? groups.get(linear.group()) : List.of();
        if (group.size() < 2 || !group.contains(linear)) {
            return assignment(linear.product, alone(linear));
        }
        if (group.get(0) != linear) {
            return "";
        }
        String products = group.stream().map(Linear::product).collect(Collectors.joining(", "));
        String sizes = group.stream()
                .map(member -> Long.toString(member.weight.getShape().get(0)))
                .collect(Collectors.joining(", "));
        return assignment(products, Text.format("torch.split_with_sizes(%s, [%s], -1)", together(group), sizes));
    }

    private static String assignment(String names, String expression) {
        return "    " + names + " = " + expression + "\n";
    }

    private String alone(Linear linear) {
        String weight = weights.name(linear.weight);
        String bias = linear.bias == null ? "None" : weights.name(linear.bias);
        boolean large = isLarge(List.of(linear));
        return switch (form) {
            case PLAIN -> plain(linear.x, weight, bias);
            case ONEDNN -> large ? oneDnn(linear, weight, bias) : plain(linear.x, weight, bias);
            case PACKED -> large ? oneDnn(linear, reordered(weight), bias) : plain(linear.x, weight, bias);
            case BFLOAT16 -> {
                String narrow = weights.packed(Text.format("torch.to(%s, 15)", weight));
                String product = Text.format("torch.to(torch.linear(torch.to(%s, 15), %s), 6)", linear.x, narrow);
                yield linear.bias == null ? product : Text.format("torch.add_(%s, %s)", product, bias);
            }
            case INT8 -> int8(linear, weight, bias);
        };
    }

    private String together(List<Linear> group) {
        Linear first = group.get(0);
        String weight = joined(group.stream().map(Linear::weight));
        String bias = first.bias == null ? "None" : joined(group.stream().map(Linear::bias));
        if (form == LinearForm.INT8) {
            return int8(first, weight, bias);
        }
        String packedBias = first.bias == null ? bias : weights.packed(bias);
        return isLarge(group)
                ? oneDnn(first, reordered(weight), packedBias)
                : plain(first.x, weights.packed(weight), packedBias);
    }

    private String joined(Stream<Parameter> parameters) {
        return parameters.map(weights::name).collect(Collectors.joining(", ", "torch.cat([", "])"));
    }

    private String reordered(String weight) {
        return weights.packed(Text.format("ops.mkldnn._reorder_linear_weight(%s, None)", weight));
    }

    private static boolean isLarge(List<Linear> group) {
        return group.stream()
                        .mapToLong(linear -> linear.weight.getShape().size())
                        .sum()
                >= LARGE;
    }

    private static String plain(String x, String weight, String bias) {
        return Text.format("torch.linear(%s, %s, %s)", x, weight, bias);
    }

    private static String oneDnn(Linear linear, String weight, String bias) {
        String activation =
                linear.activation == null ? "none" : linear.activation.name().toLowerCase(Locale.ROOT);
        String algorithm = linear.activation == ActivationFunction.GELU ? "none" : "";
        return Text.format(OneDnn.LINEAR, linear.x, weight, bias, activation, algorithm);
    }

    private String int8(Linear linear, String weight, String bias) {
        return Text.format(
                "ops.quantized.%s(%s, %s, True)",
                linear.activation == null ? "linear_dynamic" : "linear_relu_dynamic",
                linear.x,
                weights.packed(Text.format("__torch__.int8(%s, %s)", weight, bias)));
    }

    private record Linear(String product, String x, Parameter weight, Parameter bias, ActivationFunction activation) {
        /** Linear maps with one of these can be computed together. */
        String group() {
            return x + (bias == null ? "" : " with bias");
        }
    }
}

package io.github.djltransformers.engine.pytorch;

import io.github.djltransformers.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A module of an exported archive, with tensors and modules below it. Parameters thus keep the names of
 * {@link io.github.djltransformers.block.ParameterNames}, which Python's {@code state_dict} shows.
 */
final class TorchSubmodule {
    /** What a tensor is to its module. */
    private record Tensor(int storage, long[] shape, boolean trained) {}

    private final String type;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, TorchSubmodule> modules = new LinkedHashMap<>();

    /** The name of the class in the archive. */
    TorchSubmodule(String type) {
        this.type = type;
    }

    /**
     * Adds a tensor.
     *
     * @param name from here, joined by dots
     * @param storage the number of its values
     * @param trained false for what a block computes itself, a buffer to PyTorch
     */
    void add(String name, int storage, long[] shape, boolean trained) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            tensors.put(name, new Tensor(storage, shape, trained));
            return;
        }
        String child = name.substring(0, dot);
        modules.computeIfAbsent(child, key -> new TorchSubmodule(type + "__" + key))
                .add(name.substring(dot + 1), storage, shape, trained);
    }

    /** The expression for a tensor below an object of this class. */
    static String expression(String object, String name) {
        String expression = object;
        for (String part : name.split("\\.")) {
            expression =
                    isIdentifier(part) ? expression + "." + part : Text.format("getattr(%s, \"%s\")", expression, part);
        }
        return expression;
    }

    /**
     * The class, and those of the modules below.
     *
     * @param methods the methods of this class
     */
    String source(String methods) {
        StringBuilder text = new StringBuilder("class ")
                .append(type)
                .append("(Module):\n")
                .append("  __parameters__ = ")
                .append(names(true))
                .append("\n  __buffers__ = ")
                .append(names(false))
                .append("\n  __annotations__ = []\n");
        tensors.keySet().forEach(name -> declare(text, name, "Tensor"));
        declare(text, "training", "bool");
        modules.forEach((name, module) -> declare(text, name, "__torch__." + module.type));
        text.append(methods);
        modules.values().forEach(module -> text.append(module.source("")));
        return text.toString();
    }

    private String names(boolean trained) {
        return tensors.entrySet().stream()
                .filter(tensor -> tensor.getValue().trained == trained)
                .map(tensor -> "\"" + tensor.getKey() + "\", ")
                .collect(Collectors.joining("", "[", "]"));
    }

    private static void declare(StringBuilder text, String name, String type) {
        text.append(isIdentifier(name) ? "  " + name + " : " : "  __annotations__[\"" + name + "\"] = ")
                .append(type)
                .append('\n');
    }

    /** The numbers of layers are no names in Python. */
    private static boolean isIdentifier(String name) {
        return Character.isJavaIdentifierStart(name.charAt(0));
    }

    /** Writes an object of this class. */
    void write(TorchPickle pickle) {
        pickle.beginObject(type);
        tensors.forEach((name, tensor) -> {
            pickle.string(name);
            pickle.tensor(tensor.storage, tensor.shape);
        });
        pickle.string("training");
        pickle.bool(false);
        modules.forEach((name, module) -> {
            pickle.string(name);
            module.write(pickle);
        });
        pickle.endObject();
    }
}

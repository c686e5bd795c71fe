package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The {@code modules.json} of sentence-transformers, and the configurations that it names. */
final class SentenceModules {
    private static final String FILE = "modules.json";
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** No model has come near so many. */
    private static final int MAX_MODULES = 64;

    private static final Map<String, Pooling> POOLINGS =
            Map.of("cls", Pooling.FIRST, "mean", Pooling.MEAN, "max", Pooling.MAX, "lasttoken", Pooling.LAST);

    private static final Map<String, String> POOLING_FLAGS = new TreeMap<>(Map.of(
            "pooling_mode_cls_token", "cls",
            "pooling_mode_mean_tokens", "mean",
            "pooling_mode_max_tokens", "max",
            "pooling_mode_lasttoken", "lasttoken",
            "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
            "pooling_mode_weightedmean_tokens", "weightedmean"));

    private static final Map<String, ActivationFunction> ACTIVATIONS = Map.of(
            "Tanh", ActivationFunction.TANH,
            "ReLU", ActivationFunction.RELU,
            "GELU", ActivationFunction.GELU,
            "Identity", ActivationFunction.IDENTITY);

    private final Path directory;
    private final List<Path> dense = new ArrayList<>();
    private Path transformer;
    private SentenceConfig config;

    private SentenceModules(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads the modules of a directory; without a {@code modules.json} they are a transformer and the mean of its vectors.
     *
     * @throws MalformedModelException naming the file and what is not as it must be
     */
    static SentenceModules read(Path directory) throws IOException, MalformedModelException {
        SentenceModules modules = new SentenceModules(directory);
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            modules.transformer = directory;
            modules.config = SentenceConfig.of(Pooling.MEAN);
            return modules;
        }
        JsonElement list = JsonText.parse(
                "SentenceModules", file.toString(), RegularFile.text("SentenceModules", file, MAX_FILE_BYTES));
        if (!list.isJsonArray() || list.getAsJsonArray().size() > MAX_MODULES) {
            throw wrong(file, "a list of at most " + MAX_MODULES + " modules", list);
        }
        for (JsonElement module : list.getAsJsonArray()) {
            modules.add(file, module);
        }
        if (modules.config == null) {
            throw wrong(file, "modules with a Transformer and a Pooling", list);
        }
        return modules;
    }

    private void add(Path file, JsonElement module) throws IOException, MalformedModelException {
        if (!module.isJsonObject()) {
            throw wrong(file, "a list of modules", module);
        }
        String type = text(file, module.getAsJsonObject(), "type");
        Path folder = folder(file, text(file, module.getAsJsonObject(), "path"));
        String name = type.substring(type.lastIndexOf('.') + 1);
        boolean inOrder = switch (name) {
            case "Transformer" -> transformer == null;
            case "Pooling" -> transformer != null && config == null;
            case "Dense", "Normalize" -> config != null && !config.normalized();
            default -> true;
        };
        if (!inOrder) {
            throw wrong(file, "a Transformer, a Pooling, perhaps Dense ones and one Normalize, in this order", type);
        }
        switch (name) {
            case "Transformer" -> transformer = folder;
            case "Pooling" -> config = SentenceConfig.of(pooling(folder));
            case "Dense" -> {
                config = config.then(dense(folder));
                dense.add(folder);
            }
            case "Normalize" -> config = config.unitLength();
            case "Dropout" -> {}
            default -> throw wrong(file, "modules of type Transformer, Pooling, Dense, Normalize or Dropout", type);
        }
    }

    /** A folder of the directory, or itself; never another's. */
    private Path folder(Path file, String path) throws MalformedModelException {
        if (!path.isEmpty() && !path.matches("[\\w-][\\w.-]*")) {
            throw wrong(file, "paths that are names of folders beside it", path);
        }
        return path.isEmpty() ? directory : directory.resolve(path);
    }

    private static Pooling pooling(Path folder) throws IOException, MalformedModelException {
        CheckpointConfig c = CheckpointConfig.read(folder);
        List<String> modes = new ArrayList<>();
        if (c.has("pooling_mode")) {
            modes.add(c.text("pooling_mode"));
        } else {
            for (Map.Entry<String, String> flag : POOLING_FLAGS.entrySet()) {
                if (c.flag(flag.getKey(), false)) {
                    modes.add(flag.getValue());
                }
            }
        }
        if (modes.size() != 1 || !POOLINGS.containsKey(modes.get(0))) {
            throw c.malformed("the pooling must be one of " + new TreeMap<>(POOLINGS).keySet() + ", got " + modes);
        }
        if (!c.flag("include_prompt", true)) {
            throw c.wrong("include_prompt", "true: a prompt is pooled with its text here", false);
        }
        return POOLINGS.get(modes.get(0));
    }

    private static DenseConfig dense(Path folder) throws IOException, MalformedModelException {
        CheckpointConfig c = CheckpointConfig.read(folder);
        String function = c.text("activation_function", "torch.nn.modules.activation.Tanh");
        ActivationFunction activation = ACTIVATIONS.get(function.substring(function.lastIndexOf('.') + 1));
        if (activation == null) {
            throw c.wrong("activation_function", "one of " + new TreeMap<>(ACTIVATIONS).keySet(), function);
        }
        return new DenseConfig(c.size("out_features"), c.flag("bias", true), activation, NormConfig.NONE);
    }

    private static String text(Path file, JsonObject object, String key) throws MalformedModelException {
        if (object.get(key) instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw wrong(file, "modules with a text '" + key + "'", object);
    }

    private static MalformedModelException wrong(Path file, String rule, Object actual) {
        String text = String.valueOf(actual);
        return new MalformedModelException(Text.format(
                "SentenceModules: %s must hold %s, got %s",
                file, rule, text.length() > 200 ? text.substring(0, 200) : text));
    }

    /** Where the transformer is. */
    Path transformer() {
        return transformer;
    }

    SentenceConfig config() {
        return config;
    }

    /** The folders of the dense layers, in order. */
    List<Path> dense() {
        return dense;
    }
}

package io.github.djltransformers.cli;

import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.zoo.ModelPathFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that run a translation model. */
final class ModelOptions {
    static final String SOURCE_LANGUAGE = "sourceLanguage";
    static final String TARGET_LANGUAGE = "targetLanguage";
    private static final int BEAMS = 4;
    private static final int MAX_LENGTH = 256;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description =
                    "A packaged model, see djlt models, or a directory with a saved model or a checkpoint of Hugging"
                            + " Face (default: the packaged model for the languages).")
    private String model;

    @Option(
            names = "--from",
            paramLabel = "LANGUAGE",
            description = "The language of the sentences (default: en, or a checkpoint's own).")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "LANGUAGE",
            description = "The language to translate to (default: de, or a checkpoint's own).")
    private String to;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description =
                    "PyTorch or MXNet (default: DJL's default engine if set, else the first of these that is there).")
    private String engine;

    @Option(
            names = "--beam",
            paramLabel = "K",
            description =
                    "How many beginnings of a translation are followed; 1 is greedy search (default: 4, or what the"
                            + " files of a checkpoint say).")
    private Integer beams;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many sentences are translated at once (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--max-length",
            paramLabel = "TOKENS",
            description = "Where a translation is cut off (default: 256, or what the files of a checkpoint say).")
    private Integer maxLength;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that PyTorch computes with (default: one a core).")
    private Integer threads;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "FLOAT32",
            description = "The arithmetic of the compiled model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--packed",
            description =
                    "Keep a second copy of float32 weights in the engine's own order: faster, for twice the memory.")
    private boolean packed;

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            description =
                    "What runs the compiled model: ${COMPLETION-CANDIDATES} (default: AUTOMATIC). ONNX is ONNX Runtime, for"
                            + " PyTorch's models on the CPU, where it is there: what AUTOMATIC takes then.")
    private Runtime runtime;

    @Option(names = "--eager", description = "Compute operation by operation instead of compiling the model.")
    private boolean eager;

    /** Checks the numbers and gives the engine its threads. */
    void apply() {
        requirePositive("--beam", beams());
        requirePositive("--batch-size", batchSize);
        requirePositive("--max-length", maxLength());
        if (eager && precision != Precision.FLOAT32) {
            throw new ParameterException(
                    spec.commandLine(), "--precision must be FLOAT32 with --eager, got " + precision);
        }
        if (packed && (eager || precision != Precision.FLOAT32)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--packed must not be given with " + (eager ? "--eager" : "--precision " + precision)
                            + ": it is for compiled models in FLOAT32");
        }
        if (eager && runtime == Runtime.ONNX) {
            throw new ParameterException(
                    spec.commandLine(), "--runtime must be ENGINE or AUTOMATIC with --eager, got ONNX");
        }
        EngineThreads.apply(spec.commandLine(), engine, threads);
    }

    private void requirePositive(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be positive, got " + value);
        }
    }

    /** The name of a packaged model or a directory, or null. */
    String model() {
        return model;
    }

    /** The directory of a checkpoint, or null where the model is one of this library's own. */
    Path checkpoint() {
        return model != null && ModelPathFactory.isCheckpoint(Path.of(model)) ? Path.of(model) : null;
    }

    /** What was said of how to translate, as arguments of a model; the languages are for checkpoints alone. */
    Map<String, Object> wishes() {
        Map<String, Object> wishes = new TreeMap<>();
        wishes.put(SOURCE_LANGUAGE, from);
        wishes.put(TARGET_LANGUAGE, to);
        wishes.put("beam", beams);
        wishes.put("maxNewTokens", maxLength);
        wishes.put(CompilationConfig.COMPILE, !eager);
        wishes.put(CompilationConfig.PRECISION, precision);
        wishes.put(CompilationConfig.WEIGHTS, packed ? WeightStorage.PACKED : WeightStorage.SHARED);
        wishes.put(CompilationConfig.RUNTIME, runtime);
        wishes.values().removeIf(Objects::isNull);
        return wishes;
    }

    String from() {
        return from == null ? "en" : from;
    }

    String to() {
        return to == null ? "de" : to;
    }

    /** An engine's name, or null. */
    String engine() {
        return engine;
    }

    int beams() {
        return beams == null ? BEAMS : beams;
    }

    /** How many translations of a sentence there can be; a checkpoint's files may ask for any number of beams. */
    int mostTranslations() {
        return beams == null && checkpoint() != null ? Integer.MAX_VALUE : beams();
    }

    int batchSize() {
        return batchSize;
    }

    int maxLength() {
        return maxLength == null ? MAX_LENGTH : maxLength;
    }
}

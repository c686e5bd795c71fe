package io.github.djltransformers.zoo;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorFactory;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.saved.PredictionModel;
import io.github.djltransformers.text.task.CheckpointTranslatorFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Loads a {@link ModelDirectory}, or a checkpoint of Hugging Face, with what criteria say of types, engine, device and translator. */
public final class SavedModel {
    private SavedModel() {}

    /**
     * Lets criteria load a directory without running code from it:
     *
     * <pre>{@code
     * Criteria.builder()
     *         .setTypes(String.class, String.class)
     *         .optModelZoo(SavedModel.zoo(directory))
     *         .build()
     *         .loadModel();
     * }</pre>
     *
     * <p>By {@code optModelPath} DJL itself would load it, which runs the classes and jars that a directory holds, where
     * its {@code serving.properties} names one.
     *
     * @param directory a {@link ModelDirectory}
     * @return the zoo of this one model, which loads it as {@link #load} does
     */
    public static ModelZoo zoo(Path directory) {
        return new DirectoryZoo(directory);
    }

    /**
     * Loads a model that has a directory of its own, where the criteria name no place. Any number of threads may predict with
     * it, each with a predictor of its own, while another closes it: that waits for them, and refuses later ones.
     *
     * @param directory a {@link ModelDirectory}
     * @param criteria types, the application where the types are those of several tasks, and optionally engine (else as {@link EngineChoice#of} chooses), device, model
     *     name, translator, and arguments of the translator and of {@link CompilationConfig#of}
     * @throws IllegalArgumentException if an argument is unknown, listing those there are, or breaks its rule
     * @throws IOException if a file cannot be read
     * @throws ModelNotFoundException if there is no such engine or no translator of the types, naming those there are
     * @throws MalformedModelException if a file is damaged or does not fit the others
     */
    public static <I, O> ZooModel<I, O> load(Path directory, Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        boolean checkpoint = ModelPathFactory.isCheckpoint(directory);
        TranslatorFactory factory = checkpoint && criteria.getTranslatorFactory() == null
                ? new CheckpointTranslatorFactory()
                : translatorFactory(criteria, Task.OF_OWN_FORM);
        Map<String, Object> arguments = criteria.getArguments() == null ? Map.of() : criteria.getArguments();
        Task.of(factory).ifPresent(task -> requireKnown(task, arguments.keySet()));
        CompilationConfig compilation = CompilationConfig.of(arguments);
        String engine = EngineChoice.of(criteria.getEngine());
        String name = criteria.getModelName() == null
                ? directory.toAbsolutePath().getFileName().toString()
                : criteria.getModelName();
        Model model = checkpoint
                ? openCheckpoint(directory, name, criteria.getDevice(), engine)
                : ModelDirectory.open(directory, name, criteria.getDevice(), engine);
        try {
            arguments.forEach((key, value) -> model.setProperty(key, value.toString()));
            if (model.getBlock() instanceof TransformerBlock block) {
                CompiledExecution.install(block, model.getNDManager(), compilation);
            }
            return new SharedModel<>(
                    model, factory.newInstance(criteria.getInputClass(), criteria.getOutputClass(), model, arguments));
        } catch (TranslateException e) {
            model.close();
            throw new MalformedModelException(
                    "SavedModel: " + directory + " must have a translator, got: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Model openCheckpoint(Path directory, String name, Device device, String engine)
            throws IOException, MalformedModelException {
        Model model = PredictionModel.of(name, device, engine);
        try {
            model.setBlock(Checkpoint.load(directory, model.getNDManager()));
            model.load(directory, name, Map.of("hasParameter", "false"));
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** A misspelt argument would be passed over in silence. */
    private static void requireKnown(Task task, Set<String> arguments) {
        Set<String> known = new TreeSet<>(task.arguments());
        known.addAll(List.of(
                CompilationConfig.COMPILE,
                CompilationConfig.PRECISION,
                CompilationConfig.WEIGHTS,
                CompilationConfig.RUNTIME));
        Set<String> unknown = new TreeSet<>(arguments);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "SavedModel: arguments must be among " + known + ", got unknown " + unknown);
        }
    }

    /**
     * What makes the translator, which takes the types of the criteria.
     *
     * @param tasks to choose from
     */
    static TranslatorFactory translatorFactory(Criteria<?, ?> criteria, List<Task> tasks)
            throws ModelNotFoundException {
        TranslatorFactory given = criteria.getTranslatorFactory();
        if (given == null) {
            return Task.of(tasks, criteria).translatorFactory();
        }
        if (!given.isSupported(criteria.getInputClass(), criteria.getOutputClass())) {
            throw Task.noneOf(given.getSupportedTypes(), criteria);
        }
        return given;
    }
}

package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.github.djltransformers.Text;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.task.CheckpointTranslatorFactory;
import io.github.djltransformers.text.translate.TextToTextTranslatorFactory;
import io.github.djltransformers.text.translate.TranslationConfig;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What models are for, and with that what describes one and what makes its translator.
 *
 * @param application DJL's name of it
 * @param properties what the description of a model must say besides, and filters may ask for
 * @param translatorFactory makes translators of the types that it supports
 * @param arguments that the factory reads
 */
public record Task(
        Application application, List<String> properties, TranslatorFactory translatorFactory, Set<String> arguments) {
    /** The ISO 639 code of what a translation model reads. */
    public static final String SOURCE_LANGUAGE = "source_language";

    /** The ISO 639 code of what a translation model writes. */
    public static final String TARGET_LANGUAGE = "target_language";

    /** Text of one language to text of another. */
    public static final Task TRANSLATION = new Task(
            Application.NLP.MACHINE_TRANSLATION,
            List.of(SOURCE_LANGUAGE, TARGET_LANGUAGE),
            new TextToTextTranslatorFactory(),
            Set.copyOf(TranslationConfig.ARGUMENTS));

    /** Text that goes on. */
    public static final Task TEXT_GENERATION = new Task(
            Application.NLP.TEXT_GENERATION,
            List.of(),
            new CheckpointTranslatorFactory(Head.CAUSAL_LM),
            Set.copyOf(CheckpointTranslatorFactory.ARGUMENTS));

    /** Classes of texts. */
    public static final Task TEXT_CLASSIFICATION = new Task(
            Application.NLP.TEXT_CLASSIFICATION,
            List.of(),
            new CheckpointTranslatorFactory(Head.SEQUENCE_CLASSIFICATION, Head.JOINT_CLASSIFICATION),
            Set.copyOf(CheckpointTranslatorFactory.ARGUMENTS));

    /** Tags of words, and entities. */
    public static final Task TOKEN_CLASSIFICATION = new Task(
            Application.NLP.TOKEN_CLASSIFICATION,
            List.of(),
            new CheckpointTranslatorFactory(Head.TOKEN_CLASSIFICATION, Head.JOINT_CLASSIFICATION),
            Set.copyOf(CheckpointTranslatorFactory.ARGUMENTS));

    /** Vectors of texts. */
    public static final Task TEXT_EMBEDDING = new Task(
            Application.NLP.TEXT_EMBEDDING,
            List.of(),
            new CheckpointTranslatorFactory(Head.BASE),
            Set.copyOf(CheckpointTranslatorFactory.ARGUMENTS));

    static final List<Task> ALL =
            List.of(TRANSLATION, TEXT_GENERATION, TEXT_CLASSIFICATION, TOKEN_CLASSIFICATION, TEXT_EMBEDDING);

    /** Those of models in the form of {@link io.github.djltransformers.saved.ModelDirectory}; others are checkpoints. */
    static final List<Task> OF_OWN_FORM = List.of(TRANSLATION);

    public Task {
        properties = List.copyOf(properties);
        arguments = Set.copyOf(arguments);
    }

    /** The task of an application; empty for one that no models here are for. */
    static Optional<Task> of(Application application) {
        return ALL.stream().filter(task -> task.application.equals(application)).findFirst();
    }

    /** The task whose translator factory that is, whoever made it. */
    static Optional<Task> of(TranslatorFactory factory) {
        return ALL.stream()
                .filter(task -> task.translatorFactory.getClass() == factory.getClass())
                .findFirst();
    }

    /**
     * The only task that the types and the application of criteria leave.
     *
     * @param tasks to choose from
     * @throws ModelNotFoundException if there is none, naming the types there are
     * @throws IllegalArgumentException if there are several, naming their applications
     */
    static Task of(List<Task> tasks, Criteria<?, ?> criteria) throws ModelNotFoundException {
        Application wanted = criteria.getApplication();
        List<Task> candidates = tasks.stream()
                .filter(task -> wanted == null || wanted == Application.UNDEFINED || task.application.equals(wanted))
                .toList();
        List<Task> fitting = candidates.stream()
                .filter(task -> task.translatorFactory.isSupported(criteria.getInputClass(), criteria.getOutputClass()))
                .toList();
        if (fitting.isEmpty()) {
            Set<Pair<Type, Type>> there = new HashSet<>();
            candidates.forEach(task -> there.addAll(task.translatorFactory.getSupportedTypes()));
            throw noneOf(there, criteria);
        }
        if (fitting.size() > 1) {
            throw new IllegalArgumentException(Text.format(
                    "SavedModel: application must be one of %s, all of which take (%s, %s), got none; name it by"
                            + " optApplication",
                    fitting.stream().map(task -> task.application.getPath()).toList(),
                    criteria.getInputClass().getTypeName(),
                    criteria.getOutputClass().getTypeName()));
        }
        return fitting.get(0);
    }

    static ModelNotFoundException noneOf(Set<Pair<Type, Type>> there, Criteria<?, ?> criteria) {
        return new ModelNotFoundException(Text.format(
                "SavedModel: types must be one of %s, got (%s, %s)",
                there.stream()
                        .map(types -> "(" + types.getKey().getTypeName() + ", "
                                + types.getValue().getTypeName() + ")")
                        .sorted()
                        .toList(),
                criteria.getInputClass().getTypeName(),
                criteria.getOutputClass().getTypeName()));
    }
}

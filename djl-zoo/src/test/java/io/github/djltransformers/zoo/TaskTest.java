package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Application;
import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A second task, whose types are partly those of the first, needs nothing but its entry. */
class TaskTest {
    private static final Task TAGGING = new Task(
            Application.NLP.TOKEN_CLASSIFICATION, List.of("language"), new TaggerFactory(), Set.of("threshold"));
    private static final List<Task> BOTH = List.of(Task.TRANSLATION, TAGGING);

    private static Criteria<?, ?> criteria(Class<?> output, Application application) {
        return Criteria.builder()
                .setTypes(String.class, output)
                .optApplication(application)
                .build();
    }

    @Test
    void typesOrApplicationChoose() throws ModelNotFoundException {
        assertSame(TAGGING, Task.of(BOTH, criteria(Classifications.class, Application.UNDEFINED)));
        assertSame(TAGGING, Task.of(BOTH, criteria(String.class, Application.NLP.TOKEN_CLASSIFICATION)));
        assertSame(Task.TRANSLATION, Task.of(BOTH, criteria(String.class, Application.NLP.MACHINE_TRANSLATION)));
        assertSame(Task.TRANSLATION, Task.of(Task.OF_OWN_FORM, criteria(String.class, Application.UNDEFINED)));
    }

    @Test
    void whatDoesNotChooseIsTold() {
        assertEquals(
                "SavedModel: application must be one of [nlp/machine_translation, nlp/token_classification], all of which"
                        + " take (java.lang.String, java.lang.String), got none; name it by optApplication",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Task.of(BOTH, criteria(String.class, Application.UNDEFINED)))
                        .getMessage());
        assertEquals(
                "SavedModel: types must be one of [(java.lang.String, ai.djl.modality.Classifications),"
                        + " (java.lang.String, java.lang.String)], got (java.lang.String, java.lang.Integer)",
                assertThrows(
                                ModelNotFoundException.class,
                                () -> Task.of(BOTH, criteria(Integer.class, Application.NLP.TOKEN_CLASSIFICATION)))
                        .getMessage());
    }

    @Test
    void aModelOfNoTaskHereNeedsNoProperties() {
        ModelDescription description = new ModelDescription(
                "x", "1.0.0", "nlp/token_classification", Map.of("language", "de"), "CC0-1.0", "Tags", List.of());
        assertEquals(Map.of("language", "de"), description.properties());
        assertEquals(
                "ModelDescription: source_language of properties must be given, got null",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ModelDescription(
                                        "x",
                                        "1.0.0",
                                        "nlp/machine_translation",
                                        description.properties(),
                                        "CC0-1.0",
                                        "Translates",
                                        List.of()))
                        .getMessage());
    }

    private static final class TaggerFactory implements TranslatorFactory {
        @Override
        public Set<Pair<Type, Type>> getSupportedTypes() {
            return Set.of(
                    new Pair<>(String.class, Classifications.class), new Pair<Type, Type>(String.class, String.class));
        }

        @Override
        public <I, O> Translator<I, O> newInstance(
                Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
            throw new AssertionError("no translator is made here");
        }
    }
}

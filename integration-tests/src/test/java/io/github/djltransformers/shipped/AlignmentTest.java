package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.translate.Translation;
import io.github.djltransformers.text.translate.Translations;
import io.github.djltransformers.text.translate.WordAligner;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.util.List;

/** The words of translations come from the words that they translate. */
class AlignmentTest {
    @EngineTest
    void wordsComeFromWhatTheyTranslate(String engine) throws Exception {
        Criteria<String, Translations> criteria = Criteria.builder()
                .setTypes(String.class, Translations.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de")
                .optEngine(engine)
                .optArgument("alignments", true)
                .build();
        try (ZooModel<String, Translations> model = criteria.loadModel();
                Predictor<String, Translations> predictor = model.newPredictor()) {
            Translation translation =
                    predictor.predict("My father works in a big city.").best();
            assertEquals("Mein Vater arbeitet in einer großen Stadt.", translation.text());
            assertEquals("0-0 1-1 2-2 3-3 4-4 5-5 6-6", WordAligner.pharaoh(translation.alignment()));
            // Another order of words: who is in the second place in German, and third in English.
            Translation moved =
                    predictor.predict("Yesterday I did not see him.").best();
            assertEquals("Gestern habe ich ihn nicht gesehen.", moved.text());
            assertEquals(
                    List.of(new WordAligner.Pair(0, 0), new WordAligner.Pair(2, 1), new WordAligner.Pair(1, 2)),
                    moved.alignment().subList(0, 3));
            assertEquals(List.of(), predictor.predict(" ").best().alignment());
        }
    }
}

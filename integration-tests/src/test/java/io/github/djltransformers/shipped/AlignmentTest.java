package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.translate.WordAligner;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.util.List;

/** The words of translations come from the words that they translate. */
class AlignmentTest {
    @EngineTest
    void wordsComeFromWhatTheyTranslate(String engine) throws Exception {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de")
                .optEngine(engine)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor();
                TextTokenizer tokenizer = TextTokenizer.open(model.getModelPath())) {
            WordAligner aligner = new WordAligner(
                    (EncoderDecoderTransformer) model.getBlock(),
                    tokenizer,
                    SpecialToken.START.id(),
                    SpecialToken.END.id());
            String source = "My father works in a big city.";
            String translation = predictor.predict(source);
            assertEquals("Mein Vater arbeitet in einer großen Stadt.", translation);
            assertEquals("0-0 1-1 2-2 3-3 4-4 5-5 6-6", aligner.pharaoh(model.getNDManager(), source, translation));
            // Another order of words: who is in the second place in German, and third in English.
            assertEquals(
                    List.of(new WordAligner.Pair(0, 0), new WordAligner.Pair(2, 1), new WordAligner.Pair(1, 2)),
                    aligner.align(
                                    model.getNDManager(),
                                    "Yesterday I did not see him.",
                                    "Gestern habe ich ihn nicht gesehen.")
                            .subList(0, 3));
            assertEquals(List.of(), aligner.align(model.getNDManager(), " ", "x"));
        }
    }
}

package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Holds the shipped vectors of English and German sentences to what their card says. */
class SentencesTest {
    private static final int CANDIDATES = 1000;

    private static float[][] vectors(String engine, List<String> texts)
            throws IOException, ModelException, TranslateException {
        Criteria<String[], float[][]> criteria = Criteria.builder()
                .setTypes(String[].class, float[][].class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de-sentences")
                .optEngine(engine)
                .build();
        try (ZooModel<String[], float[][]> model = criteria.loadModel();
                Predictor<String[], float[][]> predictor = model.newPredictor()) {
            return predictor.predict(texts.toArray(String[]::new));
        }
    }

    @Test
    void findsTranslationsAsOftenAsItsCardSays() throws Exception {
        Set<String> english = new LinkedHashSet<>();
        Set<String> german = new LinkedHashSet<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(SentencesTest.class.getResourceAsStream("/tatoeba-en-de/test.tsv.gz")),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine();
                    line != null && english.size() < CANDIDATES;
                    line = reader.readLine()) {
                String[] pair = line.split("\t");
                if (!english.contains(pair[0]) && !german.contains(pair[1])) {
                    english.add(pair[0]);
                    german.add(pair[1]);
                }
            }
        }
        assertEquals(CANDIDATES, english.size());
        float[][] sources = vectors("PyTorch", List.copyOf(english));
        float[][] targets = vectors("PyTorch", List.copyOf(german));
        List<ModelScore> stated = TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals("en-de-sentences"))
                .findFirst()
                .orElseThrow()
                .description()
                .scores();
        assertEquals(stated.get(0).value(), found(sources, targets), 0.2);
        assertEquals(stated.get(1).value(), found(targets, sources), 0.2);
    }

    /** How many have their own number's among the others' nearest, in percent. */
    private static double found(float[][] sources, float[][] targets) {
        int found = 0;
        for (int i = 0; i < sources.length; i++) {
            int nearest = 0;
            for (int j = 1; j < targets.length; j++) {
                nearest = product(sources[i], targets[j]) > product(sources[i], targets[nearest]) ? j : nearest;
            }
            found += nearest == i ? 1 : 0;
        }
        return 100.0 * found / sources.length;
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @EngineTest
    void isNearWhatItsCardShows(String engine) throws Exception {
        float[][] vectors = vectors(
                engine,
                List.of("Good morning.", "Guten Morgen.", "Where is the station?", "Engineers are problems solvers."));
        assertEquals(0.88, product(vectors[0], vectors[1]), 0.005);
        assertEquals(-0.04, product(vectors[0], vectors[2]), 0.005);
        float[][] others =
                vectors(engine, List.of("Kastanien sind schwer zu schälen.", "Ingenieure sind Problemlöser."));
        assertTrue(product(vectors[3], others[0]) > product(vectors[3], others[1]));
    }
}
